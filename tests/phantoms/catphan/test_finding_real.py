# SPDX-License-Identifier: LGPL-3.0-or-later
"""Finding the CATPHAN of the real series, whole and in parts."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from optimage.api import AnalysisError, Image, Localisation
from optimage_phantoms.catphan.finding.case import case_of
from optimage_phantoms.catphan.finding.locate import locate_catphan
from optimage_phantoms.catphan.method import load_method
from optimage_phantoms.catphan.pose import Pose
from tests.phantoms.conftest import as_series

METHOD = load_method()


def found_in(images: Sequence[Image], **parameters) -> Localisation:
    return locate_catphan(as_series(images), parameters, METHOD)


def test_the_real_504_is_recognised_and_lies_as_other_people_say(real_504: tuple[Image, ...]) -> None:
    found = found_in(real_504)
    pose = Pose.of(found)
    assert (found.model, pose.direction, pose.mirrored) == ("504", -1, False)
    assert pose.roll_deg == pytest.approx(-0.26, abs=0.3)  # the third party's tolerance
    assert pose.origin_mm == pytest.approx(0.0, abs=1.25)  # their slice, half a spacing about
    assert found.confidence > 0.9
    assert pose.scale == pytest.approx(49.961 / 50.0, abs=0.1 / 50.0)  # their length of line


def test_slices_whose_phantom_is_not_whole_are_left_out_with_a_reason(real_504: tuple[Image, ...]) -> None:
    found = found_in(real_504)
    assert "slice=64:beside_phantom" in found.reasons
    assert len(found.slices) == 63


def test_the_case_is_read_back_from_the_figures_alone(real_504: tuple[Image, ...]) -> None:
    found = found_in(real_504)
    case = case_of(as_series(real_504), replace(found, shapes=()), {}, METHOD)
    assert case.model.id == "504"
    assert case.nearest("line_pairs", within_mm=3.0).image.slice_position_mm == pytest.approx(30.0, abs=0.01)


@pytest.mark.parametrize("change", [{"model": "505"}, {"slices": ()}, {"figures": {}}, {"slices": (("1.2.3", 0),)}])
def test_a_localisation_that_does_not_fit_is_refused(real_504: tuple[Image, ...], change: dict) -> None:
    found = replace(found_in(real_504), **change)
    with pytest.raises(AnalysisError) as refused:
        case_of(as_series(real_504), found, {}, METHOD)
    assert refused.value.code == "localisation_does_not_fit"
