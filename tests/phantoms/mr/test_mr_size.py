# SPDX-License-Identifier: LGPL-3.0-or-later
"""MRI level A measures size and distortion of what was drawn.

Bound: 0.1 % of the diameter or 0.2 mm, whichever is larger, which is asked of the method; pixels are 1 mm.
"""

from dataclasses import replace

import numpy as np
import pytest

from optimage.synthetic.mr_flood import render_mr_flood
from optimage.synthetic.mr_truth import mr_diameter_mm
from tests.phantoms.mr.conftest import BOTTLE, codes, failed, measured

OFF = replace(BOTTLE, size_mm=(190.0, 190.0), offset_mm=(0.3, -0.7), bias=(0.2, 0.0, -0.2, -0.1))


@pytest.mark.parametrize("sigma", [0.0, 10.0, 50.0])
@pytest.mark.parametrize("stretch", [(1.0, 1.0), (1.02, 1.0), (0.98, 1.01)])
def test_diameters_are_those_of_the_stretched_phantom(stretch, sigma):
    spec = replace(OFF, stretch=stretch, sigma=sigma)
    result = measured(render_mr_flood(spec))
    for key, degrees in (("diameter_h", 0.0), ("diameter_45", 45.0), ("diameter_v", 90.0), ("diameter_135", 135.0)):
        assert result[key].value == pytest.approx(mr_diameter_mm(spec, degrees), abs=0.2), key
    assert result["aspect"].value == pytest.approx(stretch[0] / stretch[1], abs=0.0015)


@pytest.mark.parametrize("stretch", [(1.0, 1.0), (1.02, 1.0), (1.0, 0.985)])
def test_the_distortion_is_that_against_the_known_diameter(stretch):
    spec = replace(OFF, stretch=stretch)
    result = measured(render_mr_flood(spec), diameter_mm=190.0)
    assert result["distortion_max"].value == pytest.approx(100.0 * max(abs(f - 1.0) for f in stretch), abs=0.1)
    assert result["distortion_max"].method != measured(render_mr_flood(spec))["distortion_max"].method


def test_the_variation_is_that_of_an_ellipse():
    """Of an ellipse stretched by e the diameter varies as e/2 · cos 2φ: SD e / (2 √2)."""
    result = measured(render_mr_flood(replace(OFF, stretch=(1.02, 1.0), sigma=1.0)))
    assert result["distortion_cv"].value == pytest.approx(100.0 * 0.02 / (2 * np.sqrt(2)), abs=0.05)


@pytest.mark.parametrize("rotation", [0.0, 2.3, 10.0])
def test_a_rectangle_is_measured_at_right_angles_to_its_sides(rotation):
    spec = replace(OFF, shape="rectangle", size_mm=(176.0, 150.0), rotation_deg=rotation)
    result = measured(render_mr_flood(spec))
    assert result["diameter_h"].value == pytest.approx(176.0, abs=0.2)
    assert result["diameter_v"].value == pytest.approx(150.0, abs=0.2)
    assert "distortion_max" not in {one.key for one in result.measurements}


@pytest.mark.parametrize("spacing", [(1.0, 0.8), (0.5, 1.0)])
def test_rows_and_columns_have_their_own_spacing(spacing):
    spec = replace(OFF, spacing_mm=spacing, matrix=(int(256 / spacing[0]), int(256 / spacing[1])))
    result = measured(render_mr_flood(spec))
    assert result["diameter_h"].value == pytest.approx(190.0, abs=0.2)
    assert result["diameter_v"].value == pytest.approx(190.0, abs=0.2)


def test_an_air_bubble_is_told_and_left_out():
    result = measured(render_mr_flood(replace(OFF, air_mm=15.0)))
    assert "outline_broken" in codes(result)
    assert result["diameter_h"].value == pytest.approx(190.0, abs=0.2)
    assert result["diameter_v"].value == pytest.approx(190.0, abs=0.4)  # twice one radius


def test_a_phantom_that_is_cut_off_by_half_has_no_diameter():
    result = measured(render_mr_flood(replace(OFF, offset_mm=(120.0, 0.0))))
    assert failed(result)["geometry"] == "outline_not_found"
