# SPDX-License-Identifier: LGPL-3.0-or-later
"""CT level A gives back the truth that was drawn, wherever and however the phantom lies."""

from dataclasses import replace
from math import hypot, sqrt

import numpy as np
import pytest

from optimage.api import Disc, ImageSet
from optimage.synthetic.ct_water import CtWater, ct_water_truth, mirrored, render_ct_water
from optimage.synthetic.rendering import Storage
from optimage.testing.phantom_module import PhantomModuleChecks
from optimage_phantoms.ct_level_a import CtLevelA
from tests.phantoms.conftest import analyse, as_series, locate

MODULE = CtLevelA()
NOISE_FREE_HU = 0.1
NOISY_HU = 0.5
MAX_DEV_HU = 0.2
DIAMETER_MM = 0.2
NOISE_BIAS = 0.01
FIVE_SIGMA = 5.0  # one wrong alarm in two million

QUIET = CtWater(cupping_hu=6.0)
NOISY = replace(QUIET, noise_hu=5.0)
PLACES = {
    "centred": {},
    "a third of a pixel off": {"offset_mm": (0.15, -0.35)},
    "far off centre": {"offset_mm": (9.3, -7.7)},
    "without a shell": {"shell_mm": 0.0},
    "thin dense shell": {"shell_mm": 2.0, "shell_hu": 1100.0},
    "on a table": {"table": "bottom"},
    "table at the right (turned by 90°)": {"table": "right"},
    "table above (turned by 180°)": {"table": "top"},
    "anisotropic pixels": {"spacing_mm": (0.5, 0.8), "matrix": (512, 340)},
    "anisotropic the other way": {"spacing_mm": (0.8, 0.5), "matrix": (340, 512)},
    "coarse pixels": {"spacing_mm": (0.98, 0.98), "matrix": (256, 256)},
    "12 bit unsigned": {"storage": Storage(bits=12, signed=False)},
    "negative slope": {"storage": Storage(slope=-1.0, intercept=2048.0, bits=16, signed=True)},
    "padding outside the circle": {"padding_circle": True, "spacing_mm": (0.6, 0.6)},
    "small phantom": {"diameter_mm": 160.0},
    "large phantom": {"diameter_mm": 240.0, "spacing_mm": (0.6, 0.6)},
    "scaled by 2 %": {"diameter_mm": 204.0},
    "water of 12 HU, air of -990 HU": {"water_hu": 12.0, "air_hu": -990.0},
}


@pytest.mark.parametrize("place", PLACES)
def test_recovers_the_truth_without_noise(place):
    spec = replace(QUIET, **PLACES[place])
    truth, result = ct_water_truth(spec), analyse(MODULE, render_ct_water(spec))
    for key in ("ct_water", "ct_air", *(f"ct_periphery_{side}" for side in ("right", "bottom", "left", "top"))):
        assert result[key].value == pytest.approx(truth[key], abs=NOISE_FREE_HU), key
    for key in ("uniformity_max_dev", "cupping"):
        assert result[key].value == pytest.approx(truth[key], abs=MAX_DEV_HU), key
    for key in ("diameter", "diameter_outer", "centre_offset"):
        assert result[key].value == pytest.approx(truth[key], abs=DIAMETER_MM), key


@pytest.mark.parametrize("place", PLACES)
def test_recovers_the_truth_in_noise(place):
    spec = replace(NOISY, **PLACES[place])
    truth, result = ct_water_truth(spec), analyse(MODULE, render_ct_water(spec))
    for key in ("ct_water", "ct_air"):
        assert result[key].value == pytest.approx(truth[key], abs=NOISY_HU + FIVE_SIGMA * result[key].uncertainty)
    assert result["diameter"].value == pytest.approx(truth["diameter"], abs=DIAMETER_MM)
    pixels = np.pi * (0.2 * spec.diameter_mm) ** 2 / np.prod(spec.spacing_mm)
    by_chance = FIVE_SIGMA / sqrt(2 * pixels)
    for key in ("noise", "noise_detrended", "noise_rel"):
        assert result[key].value == pytest.approx(truth[key], rel=NOISE_BIAS + by_chance), key


def test_relative_values_follow_from_the_absolute_ones():
    result = analyse(MODULE, render_ct_water(NOISY))
    scale = result["ct_water"].value - result["ct_air"].value
    assert result["noise_rel"].value == pytest.approx(100 * result["noise"].value / scale)
    assert result["snr"].value == pytest.approx(scale / result["noise"].value)
    assert result["snr_db"].value == pytest.approx(20 * np.log10(result["snr"].value))
    assert result["uniformity_rel"].value == pytest.approx(100 * result["uniformity_max_dev"].value / scale)


def test_the_published_example_gives_correct_relative_values():
    """Air -1000.810, water 1.660, noise 8.814, deviation -1.293 read 0.879 % and -0.129 % on the water-air scale."""
    from optimage_phantoms.ct_water.subtests import measure_relative

    before = {"ct_water": 1.660, "ct_air": -1000.810, "noise": 8.814, "uniformity_max_dev": -1.293}
    part = measure_relative(None, {key: (value, 0.0) for key, value in before.items()})
    assert part.values["noise_rel"][0] == pytest.approx(0.879, abs=5e-4)
    assert part.values["uniformity_rel"][0] == pytest.approx(-0.129, abs=5e-4)


def test_mirroring_swaps_right_and_left_and_nothing_else():
    spec = replace(NOISY, offset_mm=(4.0, 2.0))
    image = render_ct_water(spec)[0]
    straight, flipped = analyse(MODULE, [image]), analyse(MODULE, [mirrored(image)])
    pairs = {"ct_periphery_right": "ct_periphery_left", "ct_periphery_left": "ct_periphery_right"}
    for one in straight.measurements:
        if one.key not in ("ct_air", "noise_rel", "snr", "snr_db", "uniformity_rel"):  # air may lie elsewhere
            other = flipped[pairs.get(one.key, one.key)]
            assert other.value == pytest.approx(one.value, abs=0.02), one.key


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_turning_the_image_turns_the_peripheral_regions(turns):
    image = render_ct_water(replace(NOISY, table="bottom"))[0]
    turned = replace(image, pixels=np.ascontiguousarray(np.rot90(image.pixels, -turns)))  # clockwise on the screen
    sides = ("right", "bottom", "left", "top")
    before, after = analyse(MODULE, [image]), analyse(MODULE, [turned])
    for index, side in enumerate(sides):
        other = after[f"ct_periphery_{sides[(index + turns) % 4]}"].value
        assert other == pytest.approx(before[f"ct_periphery_{side}"].value, abs=0.05)


def test_the_largest_deviation_keeps_its_sign():
    result = analyse(MODULE, render_ct_water(replace(QUIET, cupping_hu=-8.0)))
    assert result["uniformity_max_dev"].value == pytest.approx(-8.0 * 0.64, abs=MAX_DEV_HU)


def test_detrending_takes_cupping_out_of_the_noise():
    spec = replace(NOISY, cupping_hu=60.0)
    plain, flat = (analyse(MODULE, render_ct_water(spec), detrend=order) for order in (0, 2))
    assert plain["noise"].value == pytest.approx(ct_water_truth(spec)["noise"], rel=0.02)
    assert flat["noise"].value == pytest.approx(ct_water_truth(spec)["noise_detrended"], rel=0.02)
    assert flat["noise"].value == plain["noise_detrended"].value
    assert plain["noise"].method != flat["noise"].method


@pytest.mark.parametrize(("choice", "area"), [("fraction", 314.16), ("area_500_mm2", 500.0), ("disc_20_mm", 314.16)])
def test_the_size_of_the_discs_for_means_can_be_chosen(choice, area):
    result = analyse(MODULE, render_ct_water(NOISY), mean_roi=choice)
    discs = [one for one in result.overlays if one.name == "centre" or one.name.startswith("periphery")]
    assert len(discs) == 5
    for overlay in discs:
        assert overlay.statistics.area_mm2 == pytest.approx(area, rel=0.02)  # a pixel row more or less
    gap = 100.0 - hypot(*_from_centre(result, "periphery_right")) - discs[0].shape.radius_mm
    assert gap == pytest.approx(10.0, abs=DIAMETER_MM)


def _from_centre(result, name):
    shapes = {overlay.name: overlay.shape for overlay in result.overlays}
    down = (shapes[name].row - shapes["water"].row) * shapes[name].spacing_mm[0]
    return down, (shapes[name].column - shapes["water"].column) * shapes[name].spacing_mm[1]


def test_a_given_water_diameter_replaces_the_measured_one():
    result = analyse(MODULE, render_ct_water(NOISY), water_diameter_mm=188.0)
    assert result["diameter"].value == pytest.approx(188.0)
    assert result["diameter_outer"].value == pytest.approx(210.0, abs=DIAMETER_MM)


def test_an_edited_localisation_is_measured_as_it_is():
    images = render_ct_water(replace(NOISY, cupping_hu=0.0))
    found = locate(MODULE, images)
    moved = tuple(
        replace(shape, shape=shape.shape.moved(right_mm=5.0).with_radius(80.0)) if shape.name == "water" else shape
        for shape in found.shapes
    )
    parameters = {one.name: one.default for one in MODULE.info.parameters}
    result = MODULE.measure(as_series(images), replace(found, shapes=moved, automatic=False), parameters)
    assert result["diameter"].value == pytest.approx(160.0)
    centre = next(overlay.shape for overlay in result.overlays if overlay.name == "centre")
    assert isinstance(centre, Disc)
    assert centre.column == pytest.approx(found.disc("water").column + 10.0)


def test_the_localisation_can_be_drawn_and_says_what_it_found():
    found = locate(MODULE, render_ct_water(NOISY))
    assert [shape.name for shape in found.shapes] == ["phantom", "water", "air"]
    assert found.figures["outer_diameter_mm"] == pytest.approx(210.0, abs=DIAMETER_MM)
    assert found.figures["water_diameter_mm"] == pytest.approx(200.0, abs=DIAMETER_MM)
    assert found.figures["shell_hu"] == pytest.approx(120.0, abs=2.0)
    assert found.confidence > 0.9


class TestAsAModule(PhantomModuleChecks):
    module = MODULE

    def sample(self) -> ImageSet:
        return as_series(render_ct_water(replace(NOISY, table="bottom", slices=3)))


class TestAsAModuleWithoutAir(PhantomModuleChecks):
    module = MODULE

    def sample(self) -> ImageSet:
        return as_series(render_ct_water(replace(NOISY, matrix=(440, 440), padding_circle=True)))
