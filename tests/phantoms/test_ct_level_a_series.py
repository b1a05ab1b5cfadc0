# SPDX-License-Identifier: LGPL-3.0-or-later
"""CT level A on a series: one value per slice, the median slice judged, unfit slices left out by name."""

from dataclasses import replace
from math import isfinite, sqrt

import numpy as np
import pytest

from optimage.api import AnalysisError
from optimage.synthetic.ct_water import CtWater, Insert, end_wall, render_ct_water
from optimage_phantoms.ct_level_a import CtLevelA
from optimage_phantoms.ct_water.measure import summarise
from tests.phantoms.conftest import analyse, locate

MODULE = CtLevelA()
SPEC = CtWater(noise_hu=5.0, matrix=(256, 256), spacing_mm=(1.0, 1.0), slices=5)


def with_slice(images, index, other):
    """Return `images` with the pixels of one slice taken from `other`."""
    return [replace(image, pixels=other.pixels) if i == index else image for i, image in enumerate(images)]


def items(result, key):
    return {one.item: one.value for one in result.measurements if one.key == key and one.item}


def notes(result):
    return {note.code: str(note.message) for note in result.notes}


def test_each_slice_has_its_value_and_the_median_is_the_summary():
    result = analyse(MODULE, render_ct_water(SPEC))
    values = items(result, "noise")
    assert list(values) == [f"slice={number}" for number in range(1, 6)]
    assert result["noise"].value == np.median(list(values.values()))


def test_a_single_slice_has_no_items():
    result = analyse(MODULE, render_ct_water(replace(SPEC, slices=1)))
    assert not any(one.item for one in result.measurements)


def test_slices_are_numbered_along_the_normal_whatever_order_they_came_in():
    images = render_ct_water(SPEC)
    assert items(analyse(MODULE, images[::-1]), "ct_water") == items(analyse(MODULE, images), "ct_water")


def test_end_walls_are_left_out_by_number():
    result = analyse(MODULE, render_ct_water(replace(SPEC, slices=6, end_slices=1)))
    assert list(items(result, "ct_water")) == [f"slice={number}" for number in (2, 3, 4, 5)]
    assert notes(result)["not_homogeneous"] == "left out slice=1, 6: not homogeneous"


def test_a_slice_of_another_diameter_is_left_out():
    images = render_ct_water(SPEC)
    narrow = render_ct_water(replace(SPEC, diameter_mm=196.0, slices=1))[0]
    result = analyse(MODULE, with_slice(images, 2, narrow))
    assert "slice=3" in notes(result)["other_diameter"]
    assert "slice=3" not in items(result, "ct_water")


def test_an_empty_slice_beyond_the_phantom_is_left_out():
    images = render_ct_water(SPEC)
    empty = render_ct_water(replace(SPEC, water_hu=-1000.0, shell_hu=-1000.0, slices=1))[0]
    assert "slice=1" in notes(analyse(MODULE, with_slice(images, 0, empty)))["phantom_not_found"]


def test_a_localiser_in_the_series_is_left_out():
    images = list(render_ct_water(SPEC))
    images[0] = replace(images[0], header={**images[0].header, "ImageType": ("ORIGINAL", "PRIMARY", "LOCALIZER")})
    assert "wrong_object" in notes(analyse(MODULE, images))


@pytest.mark.parametrize(("bad", "measured"), [(2, True), (3, False)])
def test_a_series_is_measured_when_half_of_its_slices_are_homogeneous(bad, measured):
    images = list(render_ct_water(replace(SPEC, slices=4)))
    other = render_ct_water(replace(SPEC, slices=1, inserts=(Insert((0.0, 20.0), 8.0, 300.0),)))[0]
    for index in range(bad):
        images = with_slice(images, index, other)
    if measured:
        assert len(items(analyse(MODULE, images), "noise")) == 4 - bad
        return
    with pytest.raises(AnalysisError) as refused:
        analyse(MODULE, images)
    assert refused.value.code == "not_homogeneous"
    assert "1 of 4" in str(refused.value)


def test_a_series_of_end_walls_alone_is_refused():
    with pytest.raises(AnalysisError) as refused:
        analyse(MODULE, render_ct_water(end_wall(SPEC)))
    assert refused.value.code == "not_homogeneous"


def test_the_localisation_names_the_chosen_slices():
    images = render_ct_water(replace(SPEC, end_slices=1))
    assert locate(MODULE, images).slices == tuple((image.uid, 0) for image in images[1:-1])


def test_an_empty_set_names_the_missing_input():
    with pytest.raises(AnalysisError) as refused:
        analyse(MODULE, [])
    assert refused.value.code == "missing_images"


def test_the_summary_of_a_signed_extreme_is_that_of_the_median_magnitude():
    values = [(-1.5, 0.2), (1.4, 0.2), (0.3, 0.2), (-1.6, 0.2)]
    assert summarise("uniformity_max_dev", values)[0] == 1.4
    assert summarise("ct_water", values)[0] == pytest.approx(-0.6)


def test_a_series_is_less_uncertain_than_a_slice():
    result = analyse(MODULE, render_ct_water(SPEC))
    own = [one.uncertainty for one in result.measurements if one.key == "ct_water" and one.item]
    assert result["ct_water"].uncertainty == pytest.approx(np.median(own) * sqrt(np.pi / 2 / 5))
    assert all(isfinite(u) for u in own)
