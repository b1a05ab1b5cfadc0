# SPDX-License-Identifier: LGPL-3.0-or-later
"""Circles are found to a fraction of a pixel, whatever else touches them."""

import numpy as np
import pytest

from optimage.errors import AnalysisError
from optimage.imaging.circle import edge_points_px, falling_edges_mm, fit_circle, radial_profiles
from optimage.imaging.locate import find_disc, missing_outline
from optimage.imaging.rules import DiscRules
from optimage.imaging.segment import circularity, otsu_threshold, segment
from optimage.imaging.shell import find_shell
from optimage.model.shapes import Disc
from optimage.synthetic.rendering import Grid, disc_coverage

RULES = DiscRules(
    pitch_mm=2.0,
    opening_mm=6.0,
    wide_opening_mm=20.0,
    lowest=-1100.0,
    smallest_diameter_mm=80.0,
    largest_diameter_mm=500.0,
    circularity=0.7,
    second_area=0.5,
    contrast=500.0,
    edge_share=0.25,
    roundness=0.02,
)


def ring(n, radius, spacing, row=50.0, column=60.0):
    angles = np.linspace(0, 2 * np.pi, n, endpoint=False)
    return np.stack((row + radius * np.sin(angles) / spacing[0], column + radius * np.cos(angles) / spacing[1]), 1)


@pytest.mark.parametrize("spacing", [(1.0, 1.0), (0.5, 0.8), (2.0, 0.7)])
def test_exact_points_give_the_exact_circle(spacing):
    fit = fit_circle(ring(200, 30.0, spacing), spacing)
    assert (fit.disc.row, fit.disc.column, fit.disc.radius_mm) == pytest.approx((50.0, 60.0, 30.0), abs=1e-6)


def test_outliers_and_missing_points_do_not_count():
    points = ring(200, 30.0, (1.0, 1.0))
    points[:25] += 6.0
    points[60:80] = np.nan
    fit = fit_circle(points, (1.0, 1.0))
    assert fit.disc.radius_mm == pytest.approx(30.0, abs=0.05)
    assert not fit.accepted[:15].any()
    assert not fit.accepted[60:80].any()


def test_two_points_are_no_circle():
    assert fit_circle(ring(2, 5.0, (1.0, 1.0)), (1.0, 1.0)) is None
    assert fit_circle(np.full((10, 2), np.nan), (1.0, 1.0)) is None


def test_an_arc_of_a_third_is_enough():
    fit = fit_circle(ring(360, 100.0, (1.0, 1.0))[:120], (1.0, 1.0))
    assert fit.disc.radius_mm == pytest.approx(100.0, abs=1e-4)


@pytest.mark.parametrize("shift", [(0.0, 0.0), (0.3, -0.7), (0.5, 0.5)])
@pytest.mark.parametrize("spacing", [(1.0, 1.0), (0.5, 0.9)])
def test_a_drawn_disc_is_found_to_a_tenth_of_a_pixel(shift, spacing):
    grid = Grid((round(260 / spacing[0]), round(260 / spacing[1])), spacing)
    values = -1000.0 + 1000.0 * disc_coverage(grid, shift, 95.0)
    found = find_disc(values, spacing, RULES)
    middle = [(n - 1) / 2 for n in values.shape]
    assert found.disc.radius_mm == pytest.approx(95.0, abs=0.1)
    assert (found.disc.row - middle[0]) * spacing[0] == pytest.approx(shift[1], abs=0.05)
    assert (found.disc.column - middle[1]) * spacing[1] == pytest.approx(shift[0], abs=0.05)
    assert found.accepted > 0.95


def test_the_edge_nearest_to_the_expected_radius_is_taken():
    grid = Grid((200, 200), (1.0, 1.0))
    values = disc_coverage(grid, (0, 0), 40.0) - disc_coverage(grid, (0, 0), 20.0)
    values += disc_coverage(grid, (0, 0), 60.0) - disc_coverage(grid, (0, 0), 50.0)
    profiles = radial_profiles(values, Disc(99.5, 99.5, 41.0, (1.0, 1.0)), inner_mm=10.0, outer_mm=80.0)
    edges = falling_edges_mm(profiles, 0.5)
    assert np.median(edges) == pytest.approx(40.0, abs=0.1)
    assert edge_points_px(profiles, edges).shape == (360, 2)


def test_a_ray_that_leaves_the_image_has_no_edge():
    profiles = radial_profiles(np.ones((50, 50)), Disc(25, 25, 20, (1.0, 1.0)), inner_mm=5.0, outer_mm=60.0)
    assert np.isnan(profiles.values[:, -1]).all()
    assert np.isnan(falling_edges_mm(profiles, 0.5)).all()


def test_the_missing_part_of_an_outline_is_measured():
    values = np.zeros((100, 100))
    assert missing_outline(values, Disc(49.5, 49.5, 40, (1.0, 1.0))) == 0.0
    assert missing_outline(values, Disc(49.5, 99.5, 40, (1.0, 1.0))) == pytest.approx(0.5, abs=0.01)
    values[:, :50] = np.nan
    assert missing_outline(values, Disc(49.5, 49.5, 40, (1.0, 1.0))) == pytest.approx(0.5, abs=0.01)


def test_a_square_is_no_disc():
    values = np.full((300, 300), -1000.0)
    values[70:230, 70:230] = 0.0
    with pytest.raises(AnalysisError) as refused:
        find_disc(values, (1.0, 1.0), RULES)
    assert refused.value.code == "phantom_not_found"


def test_circularity_is_one_for_a_disc_and_less_for_bars():
    grid = Grid((200, 200), (1.0, 1.0))
    assert circularity(disc_coverage(grid, (0, 0), 60.0) > 0.5, (1.0, 1.0)) == pytest.approx(1.0, abs=0.02)
    bar = np.zeros((200, 200), dtype=bool)
    bar[90:110, 10:190] = True
    assert circularity(bar, (1.0, 1.0)) < 0.4


def test_otsu_separates_two_levels():
    values = np.concatenate((np.full(700, -1000.0), np.full(300, 0.0)))
    assert -1000.0 < otsu_threshold(values) < 0.0


def test_opening_takes_thin_parts_away_and_keeps_the_disc():
    grid = Grid((300, 300), (1.0, 1.0))
    values = disc_coverage(grid, (0, 0), 80.0)
    values[228:232] = 1.0  # a plate under it
    found = segment(values, (1.0, 1.0), pitch_mm=2.0, opening_mm=6.0)
    assert found.components[0].area_mm2 == pytest.approx(np.pi * 80.0**2, rel=0.03)
    assert not found.components[0].touches_border


@pytest.mark.parametrize(("wall_mm", "wall_hu"), [(5.0, 120.0), (2.0, 1100.0), (6.0, 60.0)])
def test_the_wall_ends_where_the_content_begins(wall_mm, wall_hu):
    grid = Grid((480, 480), (0.5, 0.5))
    values = -1000.0 + (1000.0 + wall_hu) * disc_coverage(grid, (0, 0), 100.0)
    values -= wall_hu * disc_coverage(grid, (0, 0), 100.0 - wall_mm)
    disc = Disc(239.5, 239.5, 100.0, (0.5, 0.5))
    shell = find_shell(radial_profiles(values, disc, inner_mm=69.0, outer_mm=106.0), 100.0)
    assert shell.present
    assert shell.inner_radius_mm == pytest.approx(100.0 - wall_mm, abs=0.1)
    assert shell.wall == pytest.approx(wall_hu, rel=0.02 if wall_mm > 3 else 0.2)  # the median ray smears a thin wall


def test_without_a_wall_the_outer_edge_counts():
    grid = Grid((480, 480), (0.5, 0.5))
    values = -1000.0 + 1000.0 * disc_coverage(grid, (0, 0), 100.0)
    disc = Disc(239.5, 239.5, 100.0, (0.5, 0.5))
    shell = find_shell(radial_profiles(values, disc, inner_mm=69.0, outer_mm=106.0), 100.0)
    assert not shell.present
    assert shell.inner_radius_mm == 100.0


def test_a_holder_round_a_third_of_the_disc_does_not_move_the_circle():
    points = ring(360, 100.0, (1.0, 1.0), row=0.0, column=0.0)
    points[200:320] *= 1.04  # the outside of a holder, 4 mm further out
    fit = fit_circle(points, (1.0, 1.0))
    assert (fit.disc.row, fit.disc.column, fit.disc.radius_mm) == pytest.approx((0.0, 0.0, 100.0), abs=1e-6)
    assert not fit.accepted[200:320].any()


def test_points_on_a_line_are_fitted_without_a_warning():
    line = np.stack((np.arange(30.0), np.arange(30.0)), axis=1)
    line[::3] += 4.0
    assert fit_circle(line, (1.0, 1.0)) is not None


@pytest.mark.parametrize("wall_hu", [60.0, 1000.0])
def test_a_thin_blurred_wall_ends_where_it_does(wall_hu):
    """3 mm of wall, seen through a Gaussian of 0.5 mm: the outermost 6 mm are half air and water."""
    from scipy import ndimage

    grid = Grid((480, 480), (0.5, 0.5))
    values = -1000.0 + (1000.0 + wall_hu) * disc_coverage(grid, (0, 0), 100.0)
    values = ndimage.gaussian_filter(values - wall_hu * disc_coverage(grid, (0, 0), 97.0), 1.0)
    disc = Disc(239.5, 239.5, 100.0, (0.5, 0.5))
    shell = find_shell(radial_profiles(values, disc, inner_mm=69.0, outer_mm=106.0), 100.0)
    assert shell.inner_radius_mm == pytest.approx(97.0, abs=0.1)
    assert shell.wall == pytest.approx(wall_hu, rel=0.06)  # the air beyond still shines in
