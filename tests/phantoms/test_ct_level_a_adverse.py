# SPDX-License-Identifier: LGPL-3.0-or-later
"""CT level A where couch, filling, bubble or end wall would give a wrong number if nobody looked."""

from dataclasses import replace
from math import hypot, isnan

import numpy as np
import pytest

from optimage.api import AnalysisError
from optimage.synthetic.ct_water import CtWater, Insert, draw_ct_water, render_ct_water
from optimage.synthetic.rendering import Grid, noise
from optimage_phantoms.ct_level_a import CtLevelA
from tests.phantoms.conftest import analyse, locate

MODULE = CtLevelA()
SPEC = CtWater(noise_hu=5.0, matrix=(320, 320), spacing_mm=(0.8, 0.8))
AIR_HU = 1.5  # five standard uncertainties of the air disc in white noise of 5 HU (176 pixels), rounded up


def notes(result):
    return {note.code: str(note.message) for note in result.notes}


def failures(result):
    return {failure.subtest: failure.code for failure in result.failures}


def painted(spec, where, hu):
    """Return one slice of `spec` with the pixels at which `where` (x, y in mm) holds set to `hu`, noise on top."""
    image, grid = render_ct_water(replace(spec, noise_hu=0.0))[0], Grid(spec.matrix, spec.spacing_mm)
    values = np.where(where(grid.x_mm, grid.y_mm), hu, draw_ct_water(spec))
    values = values + spec.noise_hu * noise(grid, "white", np.random.default_rng(3))
    return replace(image, pixels=spec.storage.store(values))


def filled(spec, hu, where):
    """Return one slice whose scanner filled the pixels at which `where` holds without saying so."""
    image, grid = render_ct_water(spec)[0], Grid(spec.matrix, spec.spacing_mm)
    outside = np.broadcast_to(where(grid.x_mm, grid.y_mm), image.shape)
    return replace(image, pixels=np.where(outside, np.int16((hu - image.intercept) / image.slope), image.pixels))


FIELDS = {
    "inscribed circle": lambda x, y: np.hypot(x, y) > 128,
    "smaller circle": lambda x, y: np.hypot(x, y) > 125,
    "field to one side": lambda x, y: np.hypot(x + 60, y) > 180,
    "one corner": lambda x, y: np.hypot(x + 60, y - 50) > 205,
}


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("hu", [-3024, -2000, -1024])
def test_a_filling_of_any_shape_is_no_air(hu, field):
    result = analyse(MODULE, [filled(replace(SPEC, diameter_mm=160.0), hu, FIELDS[field])])
    assert result["ct_air"].value == pytest.approx(-1000.0, abs=AIR_HU)
    assert result["diameter"].value == pytest.approx(160.0, abs=0.2)


def test_a_filling_next_to_the_phantom_leaves_no_room_for_air():
    result = analyse(MODULE, [filled(SPEC, -3024, lambda x, y: np.hypot(x, y) > 112)])
    assert failures(result)["air"] == "no_room_for_air"
    assert result["ct_water"].value == pytest.approx(0.0, abs=1.5)


def test_foam_above_the_phantom_is_no_air():
    """The foam of a couch reads -970 HU, which no fixed threshold takes for solid."""
    image = painted(replace(SPEC, diameter_mm=160.0, spacing_mm=(0.9, 0.9)), lambda x, y: y < -100, -970.0)
    assert analyse(MODULE, [image])["ct_air"].value == pytest.approx(-1000.0, abs=AIR_HU)


def test_the_air_region_does_not_seek_the_quietest_noise():
    """Its SD must be that of the noise; the quietest of 18 regions would read 8 % less."""
    grid, spec = Grid(SPEC.matrix, SPEC.spacing_mm), replace(SPEC, diameter_mm=160.0)
    template, values = render_ct_water(replace(spec, noise_hu=0.0))[0], draw_ct_water(spec)
    sds = []
    for seed in range(30):
        noisy = values + 5.0 * noise(grid, "white", np.random.default_rng(seed))
        result = analyse(MODULE, [replace(template, pixels=spec.storage.store(noisy))])
        sds.append(next(one.statistics.sd for one in result.overlays if one.name == "air"))
    spread = 5.0 / np.sqrt(2 * 176 * len(sds))
    assert np.mean(sds) == pytest.approx(5.0, abs=4 * spread)


@pytest.mark.parametrize("clip", [-1024, -1000])
def test_air_cut_off_by_software_is_told(clip):
    """The integers could go lower, so only the heap at the lowest value shows it."""
    image = render_ct_water(replace(SPEC, noise_hu=12.0))[0]
    assert image.smallest_value < clip
    lowest = np.int16((clip - image.intercept) / image.slope)
    assert "air_clipped" in notes(analyse(MODULE, [replace(image, pixels=np.maximum(image.pixels, lowest))]))
    assert "air_clipped" not in notes(analyse(MODULE, [image]))


@pytest.mark.parametrize(
    "support",
    [
        lambda x, y: (y > 84) & (y < 109),  # a slab of 25 mm
        lambda x, y: (np.hypot(x, y) > 84) & (np.hypot(x, y) < 99) & (y > 0.5 * np.hypot(x, y)),  # a head holder
    ],
)
def test_a_solid_support_does_not_move_the_phantom(support):
    spec = replace(SPEC, diameter_mm=160.0, shell_mm=5.0, noise_hu=4.0)

    def outside(x, y):
        return support(x, y) & (np.hypot(x, y) > 85)

    result = analyse(MODULE, [painted(spec, outside, 0.0)])
    assert result["diameter_outer"].value == pytest.approx(170.0, abs=0.2)
    assert result["centre_offset"].value == pytest.approx(0.0, abs=0.2)


def test_a_bubble_spoils_the_uniformity_that_it_reaches_and_nothing_else():
    image = painted(SPEC, lambda x, y: (np.hypot(x, y) < 100) & (y < -85), -1000.0)
    result = analyse(MODULE, [image])
    assert "air_bubble" in notes(result)
    assert failures(result) == {"uniformity": "roi_holds_air"}
    assert isnan(result["ct_periphery_top"].value)
    assert isnan(result["uniformity_max_dev"].value)
    for key, truth in (("ct_water", 0.0), ("ct_periphery_bottom", 0.0)):
        assert result[key].value == pytest.approx(truth, abs=5 * result[key].uncertainty)
    assert result["noise"].value == pytest.approx(5.0, rel=0.05)


def test_a_small_bubble_under_the_wall_is_told_and_spoils_nothing():
    result = analyse(MODULE, [painted(SPEC, lambda x, y: (np.hypot(x, y) < 100) & (y < -93), -1000.0)])
    assert "air_bubble" in notes(result)
    assert not result.failures


def test_a_hole_away_from_the_wall_is_no_bubble():
    with pytest.raises(AnalysisError) as refused:
        analyse(MODULE, render_ct_water(replace(SPEC, inserts=(Insert((0.0, -60.0), 8.0, -1000.0),))))
    assert refused.value.code == "not_homogeneous"


@pytest.mark.parametrize("insert", [Insert((0.0, 0.0), 1.5, 120.0), Insert((80.0, 0.0), 1.5, 300.0)])
def test_a_small_marker_is_told(insert):
    assert "spot" in notes(analyse(MODULE, render_ct_water(replace(SPEC, inserts=(insert,)))))


@pytest.mark.parametrize("texture", ["white", "ramp", "soft"])
def test_noise_alone_is_no_spot(texture):
    spec = replace(SPEC, noise_hu=20.0, texture=texture, slices=5)
    assert not {"spot", "air_bubble"} & set(notes(analyse(MODULE, render_ct_water(spec))))


def test_end_slices_with_part_of_the_wall_are_left_out():
    images = series(0.5, 0.1, 0, 0, 0, 0, 0.2)
    result = analyse(MODULE, images)
    assert notes(result)["other_ct_number"].startswith("left out slice=1-2, 7:")
    assert result["ct_water"].value == pytest.approx(0.0, abs=1.0)


def test_a_slice_between_others_is_measured_whatever_it_reads():
    """A fault of one detector row is what the test looks for."""
    result = analyse(MODULE, series(0, 0, 0.1, 0, 0))
    items = {one.item: one.value for one in result.measurements if one.key == "ct_water" and one.item}
    assert items["slice=3"] == pytest.approx(12.0, abs=1.0)


def test_a_series_that_agrees_on_nothing_is_refused():
    with pytest.raises(AnalysisError) as refused:
        analyse(MODULE, series(0, 0.3, 0.6))
    assert refused.value.code == "slices_differ"
    assert "HU" in str(refused.value)
    assert str(refused.value.advice)


def series(*shares):
    """Return slices that hold the stated share of a wall of 120 HU instead of water."""
    template = render_ct_water(replace(SPEC, slices=len(shares)))
    parts = (render_ct_water(replace(SPEC, water_hu=120.0 * s, seed=i))[0] for i, s in enumerate(shares))
    return [replace(image, pixels=part.pixels) for image, part in zip(template, parts, strict=True)]


def test_a_water_diameter_larger_than_the_phantom_is_refused():
    with pytest.raises(AnalysisError) as refused:
        locate(MODULE, render_ct_water(SPEC), water_diameter_mm=215.0)
    assert refused.value.code == "water_diameter_too_large"


def test_an_oval_of_five_percent_is_refused():
    grid = Grid(SPEC.matrix, SPEC.spacing_mm)
    image = render_ct_water(SPEC)[0]
    oval = np.hypot(grid.x_mm / 100, grid.y_mm / 105) < 1
    pixels = SPEC.storage.store(np.where(oval, 0.0, -1000.0))
    with pytest.raises(AnalysisError) as refused:
        locate(MODULE, [replace(image, pixels=pixels)])
    assert refused.value.code == "phantom_not_found"


def test_all_regions_read_what_plain_arithmetic_reads():
    """Every formula again, with nothing but the pixels and the located centre and diameter."""
    spec = replace(SPEC, cupping_hu=5.0, offset_mm=(3.3, -2.1), texture="ramp")
    image, result = render_ct_water(spec)[0], analyse(MODULE, render_ct_water(spec))
    values, (rows, columns) = image.values(), np.indices(image.shape)
    shapes = {one.name: one.shape for one in result.overlays}
    water, air = shapes["water"], shapes["air"]
    d = result["diameter"].value

    def inside(row, column, radius):
        return values[np.hypot(rows - row, columns - column) * 0.8 <= radius]

    reach = (d / 2 - 10 - 0.05 * d) / 0.8
    centre = inside(water.row, water.column, 0.05 * d).mean()
    sd = inside(water.row, water.column, 0.2 * d).std(ddof=1)
    sides = {"right": (0, 1), "bottom": (1, 0), "left": (0, -1), "top": (-1, 0)}
    edges = {s: inside(water.row + reach * a, water.column + reach * b, 0.05 * d).mean() for s, (a, b) in sides.items()}
    air_hu = inside(air.row, air.column, 6.0).mean()
    furthest = max((edge - centre for edge in edges.values()), key=abs)
    five = [centre, *edges.values()]
    expected = {
        "ct_water": centre,
        "ct_air": air_hu,
        "noise": sd,
        "noise_rel": 100 * sd / (centre - air_hu),
        "snr": (centre - air_hu) / sd,
        "snr_db": 20 * np.log10((centre - air_hu) / sd),
        "uniformity_max_dev": furthest,
        "uniformity_rel": 100 * furthest / (centre - air_hu),
        "integral_nonuniformity": (max(five) - min(five)) / (max(five) + min(five) + 2000),
        "cupping": np.mean(list(edges.values())) - centre,
        "centre_offset": hypot(water.row - 159.5, water.column - 159.5) * 0.8,
        **{f"ct_periphery_{side}": value for side, value in edges.items()},
    }
    for key, value in expected.items():
        assert result[key].value == pytest.approx(value, rel=1e-9, abs=1e-9), key
