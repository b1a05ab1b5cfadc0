# SPDX-License-Identifier: LGPL-3.0-or-later
"""Width and height of a bottle seen from the side, tilted or not."""

import numpy as np
import pytest

from optimage.errors import AnalysisError
from optimage.imaging.rectangle_size import measure_rectangle
from tests.unit.imaging.edge_phantoms import LEVEL, draw, rectangle

GRIDS = [((1.0, 1.0), (256, 256)), ((0.9, 1.8), (280, 140)), ((0.5, 0.5), (512, 512))]


def measured(spacing, shape, inside, *, seed=None, place=(0.3, -0.4)):
    centre = shape[0] / 2 - 0.5 + place[0], shape[1] / 2 - 0.5 + place[1]
    random = None if seed is None else np.random.default_rng(seed)
    image = draw(shape, centre, spacing, inside, random=random)
    return measure_rectangle(image, draw(shape, centre, spacing, inside) > 0.3 * LEVEL, spacing), centre


@pytest.mark.parametrize(("spacing", "shape"), GRIDS)
@pytest.mark.parametrize("tilt_deg", [0.0, 1.3, -7.0])
@pytest.mark.parametrize("seed", [None, 1])
def test_width_and_height_are_right_to_a_tenth_of_a_percent_whatever_the_tilt(spacing, shape, tilt_deg, seed):
    found, centre = measured(spacing, shape, rectangle(176.0, 192.0, np.deg2rad(tilt_deg)), seed=seed)
    # 0.1 %, or 0.15 of the larger side of a pixel where that is more: upright sides show the grid.
    tolerance = max(0.19, 0.15 * max(spacing))
    assert found.width.mm == pytest.approx(176.0, abs=tolerance)
    assert found.height.mm == pytest.approx(192.0, abs=tolerance)
    assert abs(found.width.bulge_mm) < 4 * found.width.bulge_uncertainty
    # An upright side of coarse pixels may look turned by 0.1 pixels over its 100 mm.
    assert found.tilt_deg == pytest.approx(tilt_deg, abs=np.rad2deg(0.1 * max(spacing) / 100.0))
    assert (found.row, found.column) == pytest.approx(centre, abs=0.15)


@pytest.mark.parametrize("bulge", [1.5, -1.5])
@pytest.mark.parametrize("tilt_deg", [0.0, 4.0])
def test_sides_that_bulge_have_their_mean_distance_and_their_bulge(bulge, tilt_deg):
    inside = rectangle(176.0, 192.0, np.deg2rad(tilt_deg), bulge=bulge)
    found, _ = measured((1.0, 1.0), (256, 256), inside, seed=2)
    assert found.width.mm == pytest.approx(176.0, abs=0.19)
    assert found.width.bulge_mm == pytest.approx(bulge, abs=4 * found.width.bulge_uncertainty)
    assert found.width.bulge_uncertainty < 0.2
    assert abs(found.height.bulge_mm) < 4 * found.height.bulge_uncertainty


def test_a_notch_in_a_side_is_left_out():
    bottle = rectangle(176.0, 192.0)

    def inside(y, x):
        return bottle(y, x) & ~((y > 86) & (np.abs(x - 20) < 8))

    found, _ = measured((1.0, 1.0), (256, 256), inside, seed=3)
    assert found.height.mm == pytest.approx(192.0, abs=0.19)


def test_the_outline_has_the_corners_of_the_rectangle():
    found, centre = measured((0.9, 1.8), (280, 140), rectangle(176.0, 192.0))
    assert found.outline.closed
    rows, columns = np.transpose(found.outline.points)
    assert (rows.max() - centre[0]) * 0.9 == pytest.approx(96.0, abs=0.2)
    assert (columns.max() - centre[1]) * 1.8 == pytest.approx(88.0, abs=0.3)


@pytest.mark.parametrize("shape", [(1, 1), (4, 6), (30, 30)])
def test_without_a_straight_edge_it_is_refused(shape):
    for values in (np.zeros(shape), np.full(shape, np.nan)):
        for phantom in (np.zeros(shape, bool), np.ones(shape, bool)):
            with pytest.raises(AnalysisError) as refused:
                measure_rectangle(values, phantom, (1.0, 1.0))
            assert refused.value.code == "outline_not_found"
