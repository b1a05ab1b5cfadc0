# SPDX-License-Identifier: LGPL-3.0-or-later
"""The stated standard uncertainties cover the truth as often as they say, in white and in correlated noise.

Of 200 results 68 % are expected within one standard uncertainty. The share
itself scatters by sqrt(0.68 · 0.32 / 200) = 3.3 %; 7 % is twice that. The
seeds are fixed, so a result stays what it is.
"""

from dataclasses import replace
from functools import cache
from math import sqrt

import numpy as np
import pytest

from optimage.synthetic.ct_water import CtWater, ct_water_truth, draw_ct_water, render_ct_water
from optimage.synthetic.rendering import Grid, noise
from optimage_phantoms.ct_level_a import CtLevelA
from optimage_phantoms.ct_water.air import find_air
from optimage_phantoms.ct_water.geometry import load_geometry
from optimage_phantoms.ct_water.regions import SliceCase, SliceDiscs
from optimage_phantoms.ct_water.subtests import measure_air
from tests.phantoms.conftest import as_series, locate

MODULE = CtLevelA()
SEEDS = 200
SPEC = CtWater(matrix=(256, 256), spacing_mm=(1.0, 1.0), noise_hu=5.0, cupping_hu=4.0)
UNBIASED = ("ct_water", "ct_air", "noise", "noise_detrended", "noise_rel", "cupping", "ct_periphery_left")
PERIPHERY_OVER_CENTRE = 4


@cache
def measured(texture: str) -> dict[str, np.ndarray]:
    """Value and uncertainty of every key over all seeds, with one localisation for all."""
    spec = replace(SPEC, texture=texture)
    template, values = render_ct_water(spec)[0], draw_ct_water(spec)
    found, grid = locate(MODULE, [template]), Grid(spec.matrix, spec.spacing_mm)
    parameters = {one.name: one.default for one in MODULE.info.parameters}
    rows: dict[str, list[tuple[float, float]]] = {}
    for seed in range(SEEDS):
        noisy = values + spec.noise_hu * noise(grid, texture, np.random.default_rng(seed))
        images = as_series([replace(template, pixels=spec.storage.store(noisy))])
        for one in MODULE.measure(images, found, parameters).measurements:
            rows.setdefault(one.key, []).append((one.value, one.uncertainty))
    return {key: np.array(pairs) for key, pairs in rows.items()}


@pytest.mark.parametrize("texture", ["white", "ramp", "soft"])
@pytest.mark.parametrize("key", UNBIASED)
def test_one_standard_uncertainty_covers_68_percent(texture, key):
    values, uncertainties = measured(texture)[key].T
    covered = np.mean(np.abs(values - ct_water_truth(SPEC)[key]) <= uncertainties)
    assert covered == pytest.approx(0.68, abs=0.07)


@pytest.mark.parametrize("texture", ["white", "ramp", "soft"])
def test_the_mean_of_many_measurements_is_the_truth(texture):
    truth = ct_water_truth(SPEC)
    for key in UNBIASED:
        values = measured(texture)[key][:, 0]
        if key != "noise_detrended":  # a fitted surface takes some coarse noise with it, see below
            assert values.mean() == pytest.approx(truth[key], abs=4 * values.std() / sqrt(SEEDS)), key
    for key in ("noise", "noise_detrended"):
        assert measured(texture)[key][:, 0].mean() == pytest.approx(truth[key], rel=0.01)


def test_white_noise_gives_the_textbook_uncertainties():
    pixels_mean, pixels_noise = np.pi * 10.0**2, np.pi * 40.0**2
    assert np.median(measured("white")["ct_water"][:, 1]) == pytest.approx(5.0 / sqrt(pixels_mean), rel=0.1)
    assert np.median(measured("white")["noise"][:, 1]) == pytest.approx(5.0 / sqrt(2 * pixels_noise), rel=0.1)


def test_correlation_makes_means_more_or_less_certain():
    """Filtered back-projection has little noise at low frequencies, a soft kernel much."""
    white, ramp, soft = (np.median(measured(texture)["ct_water"][:, 1]) for texture in ("white", "ramp", "soft"))
    assert ramp < 0.7 * white
    assert soft > 1.5 * white


def test_the_largest_of_four_deviations_is_biased_as_extremes_are():
    """Its expectation over noise is that of the extreme of four correlated normal values, found by sampling them."""
    spec = replace(SPEC, cupping_hu=0.0)
    pixels = np.pi * 10.0**2
    rng = np.random.default_rng(5)
    five = rng.standard_normal((200_000, 5)) * spec.noise_hu / sqrt(pixels)
    expected = np.abs(five[:, :PERIPHERY_OVER_CENTRE] - five[:, 4:]).max(axis=1).mean()
    grid, values = Grid(spec.matrix, spec.spacing_mm), draw_ct_water(spec)
    template = render_ct_water(spec)[0]
    found, parameters = locate(MODULE, [template]), {one.name: one.default for one in MODULE.info.parameters}
    found_values = []
    for seed in range(100):
        noisy = values + spec.noise_hu * noise(grid, "white", np.random.default_rng(seed))
        images = as_series([replace(template, pixels=spec.storage.store(noisy))])
        found_values.append(abs(MODULE.measure(images, found, parameters)["uniformity_max_dev"].value))
    assert np.mean(found_values) == pytest.approx(expected, abs=4 * np.std(found_values) / 10)


@pytest.mark.parametrize("texture", ["white", "soft"])
def test_the_search_for_the_air_region_keeps_its_uncertainty_honest(texture):
    """The region is looked for in every image anew, as a user does."""
    spec = replace(SPEC, texture=texture)
    template, values, grid = render_ct_water(spec)[0], draw_ct_water(spec), Grid(spec.matrix, spec.spacing_mm)
    located, geometry = locate(MODULE, [template]), load_geometry()
    phantom, water = located.disc("phantom"), located.disc("water")
    parameters = {one.name: one.default for one in MODULE.info.parameters}
    covered = []
    for seed in range(SEEDS):
        noisy = values + spec.noise_hu * noise(grid, texture, np.random.default_rng(seed))
        image = replace(template, pixels=spec.storage.store(noisy))
        found = find_air(image, image.values(), phantom, rules=geometry.air, clearance_mm=15.0)
        case = SliceCase(image, SliceDiscs(phantom, water, found), parameters, geometry)
        value, uncertainty = measure_air(case, {}).values["ct_air"]
        covered.append(abs(value - spec.air_hu) <= uncertainty)
    assert np.mean(covered) == pytest.approx(0.68, abs=0.07)
