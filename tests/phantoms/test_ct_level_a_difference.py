# SPDX-License-Identifier: LGPL-3.0-or-later
"""Noise from the difference of neighbouring slices: free of what they share, absent where they are no equals."""

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest

from optimage.synthetic.ct_water import CtWater, draw_ct_water, render_ct_water
from optimage.synthetic.rendering import Grid, noise
from optimage_phantoms.ct_level_a import CtLevelA
from tests.phantoms.conftest import analyse, as_series, locate

MODULE = CtLevelA()
SPEC = CtWater(noise_hu=5.0, matrix=(256, 256), spacing_mm=(1.0, 1.0), slices=4)
PIXELS = np.pi * 40.0**2


def pairs(result):
    return {one.item: one for one in result.measurements if one.key == "noise_difference"}


def at(images, *positions_mm):
    return [replace(one, position_mm=(*one.position_mm[:2], z)) for one, z in zip(images, positions_mm, strict=True)]


def test_each_slice_is_used_once_and_the_median_is_the_summary():
    found = pairs(analyse(MODULE, render_ct_water(SPEC)))
    assert list(found) == ["", "slices=1+2", "slices=3+4"]
    assert found[""].value == np.median([found["slices=1+2"].value, found["slices=3+4"].value])


def test_it_is_the_standard_deviation_of_the_difference_over_root_two():
    images = render_ct_water(SPEC)
    water = locate(MODULE, images).disc("water", images[0].uid)
    inside = np.hypot(*(np.indices(images[0].shape) - np.array([water.row, water.column])[:, None, None]))
    difference = (images[0].values() - images[1].values())[inside <= 0.4 * water.radius_mm]
    found = pairs(analyse(MODULE, images))["slices=1+2"].value
    assert found == pytest.approx(difference.std(ddof=1) / sqrt(2), rel=1e-9)


def test_rings_and_cupping_fall_out():
    ring = 20.0 * np.cos(Grid(SPEC.matrix, SPEC.spacing_mm).distance_mm((0.0, 0.0)))
    spec = replace(SPEC, cupping_hu=30.0)
    images = render_ct_water(spec)
    stored = np.rint(ring / images[0].slope).astype(np.int16)
    result = analyse(MODULE, [replace(one, pixels=one.pixels + stored) for one in images])
    by_chance = 5.0 / sqrt(2 * 2 * PIXELS)  # two pairs
    assert result["noise_difference"].value == pytest.approx(5.0, rel=0.01 + 5 * by_chance / 5.0)
    assert result["noise"].value > 12.0


def test_a_single_slice_has_no_difference_and_no_failure():
    result = analyse(MODULE, render_ct_water(replace(SPEC, slices=1)))
    assert not pairs(result)
    assert not result.failures


@pytest.mark.parametrize(("gap_mm", "equal"), [(0.0, True), (2.0, False), (5.0, True), (20.0, True)])
def test_slices_that_overlap_share_noise_and_are_left_out(gap_mm, equal):
    images = render_ct_water(replace(SPEC, slices=2))
    assert images[0].number("SliceThickness", 0.0) == 5.0
    assert bool(pairs(analyse(MODULE, at(images, 0.0, gap_mm)))) is equal


def unequal():
    first, second = render_ct_water(replace(SPEC, slices=2))
    tilted = (1.0, 0.0, 0.0, 0.0, 0.966, -0.259)
    header = {key: value for key, value in first.header.items() if key != "SliceThickness"}
    yield "other thickness", first, replace(second, header={**second.header, "SliceThickness": 8.0})
    yield "no thickness", replace(first, header=header), replace(second, header=header)
    yield "no position", replace(first, position_mm=None), replace(second, position_mm=None)
    yield "shifted", first, replace(second, position_mm=(second.position_mm[0] + 1.0, *second.position_mm[1:]))
    yield "tilted gantry", replace(first, orientation=tilted), replace(second, orientation=tilted)
    yield "twice the same", first, replace(second, pixels=first.pixels)


@pytest.mark.parametrize(("first", "second"), [pytest.param(a, b, id=name) for name, a, b in unequal()])
def test_slices_of_unequal_geometry_have_no_difference(first, second):
    result = analyse(MODULE, [first, second])
    assert not pairs(result)
    assert not result.failures


def test_a_slice_left_out_is_in_no_difference():
    images = list(render_ct_water(SPEC))
    images[1] = replace(images[1], pixels=np.full_like(images[1].pixels, images[1].pixels.min()))
    assert list(pairs(analyse(MODULE, images))) == ["", "slices=3+4"]


def test_its_uncertainty_covers_the_truth_and_the_mean_is_unbiased():
    """60 pairs: 68 % within one standard uncertainty, give or take twice sqrt(0.68 · 0.32 / 60)."""
    spec = replace(SPEC, slices=2, texture="ramp", cupping_hu=4.0)
    template, values = render_ct_water(spec), draw_ct_water(spec)
    found, grid = locate(MODULE, template), Grid(spec.matrix, spec.spacing_mm)
    parameters = {one.name: one.default for one in MODULE.info.parameters}
    measured = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        stored = [spec.storage.store(values + 5.0 * noise(grid, "ramp", rng)) for _ in template]
        images = [replace(image, pixels=pixels) for image, pixels in zip(template, stored, strict=True)]
        one = MODULE.measure(as_series(images), found, parameters)["noise_difference"]
        measured.append((one.value, one.uncertainty))
    value, uncertainty = np.array(measured).T
    assert np.mean(np.abs(value - 5.0) <= uncertainty) == pytest.approx(0.68, abs=0.12)
    assert value.mean() == pytest.approx(5.0, rel=0.01)
