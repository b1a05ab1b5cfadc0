# SPDX-License-Identifier: LGPL-3.0-or-later
"""Masks: areas, holes, scaled copies, and outlines that lead back to the mask."""

import numpy as np
import pytest

from optimage.imaging.masks import (
    beside,
    bounding_box,
    filled,
    inside_polygons,
    largest_component,
    outlines,
    outside,
    scaled,
)


def drawn(*rows):
    return np.array([[letter == "#" for letter in row] for row in rows])


def test_the_largest_area_is_joined_by_edges_not_corners():
    mask = drawn("##..", "..##", "..##", "....")
    assert np.array_equal(largest_component(mask), drawn("....", "..##", "..##", "...."))


def test_of_equal_areas_the_first_is_taken():
    assert np.array_equal(largest_component(drawn("#.#")), drawn("#.."))


def test_holes_are_filled_and_bays_are_not():
    assert np.array_equal(filled(drawn("####", "#..#", "####", ".##.")), drawn("####", "####", "####", ".##."))


def test_a_hole_that_touches_the_outside_by_a_corner_is_a_hole():
    assert filled(drawn("##.", "#.#", "###"))[1, 1]


def test_outside_is_what_the_surroundings_reach():
    assert np.array_equal(outside(drawn("#..", ".#.", "..#")), drawn("#..", "...", "..#"))


@pytest.mark.parametrize("border", [False, True])
def test_neighbours_beyond_the_matrix_count_where_asked_to(border):
    mask = np.zeros((3, 4), bool)
    expected = np.full((3, 4), border)
    expected[1, 1:3] = False
    assert np.array_equal(beside(mask, border=border), expected)


def test_beside_grows_by_direct_neighbours_only():
    assert np.array_equal(beside(drawn("...", ".#.", "..."), border=False), drawn(".#.", "###", ".#."))


@pytest.mark.parametrize(("size", "width"), [(8, 6), (12, 10), (16, 12), (9, 7), (20, 16)])
def test_a_square_scaled_by_three_quarters_keeps_pixels_at_least_half_inside(size, width):
    """A side of 8 becomes 6; one of 12 becomes 9: eight whole pixels and half of one on either side, which stay."""
    mask = np.zeros((30, 30), bool)
    mask[4 : 4 + size, 5 : 5 + size] = True
    small = scaled(mask, 0.75)
    top, bottom, left, right = bounding_box(small)
    assert (bottom - top + 1, right - left + 1) == (width, width)
    assert (top + bottom, left + right) == (2 * 4 + size - 1, 2 * 5 + size - 1)
    assert not small[~mask].any()


def test_an_empty_mask_stays_empty():
    assert not scaled(np.zeros((4, 5), bool), 0.75).any()


@pytest.mark.parametrize("seed", range(20))
def test_outlines_lead_back_to_the_mask(seed):
    mask = np.random.default_rng(seed).random((13, 17)) < (0.2 + 0.03 * seed)
    assert np.array_equal(inside_polygons(outlines(mask), mask.shape), mask)


def test_the_outline_of_a_rectangle_has_four_corners_on_the_edges_of_pixels():
    mask = np.zeros((6, 8), bool)
    mask[2:5, 3:7] = True
    (line,) = outlines(mask)
    assert set(line) == {(1.5, 2.5), (1.5, 6.5), (4.5, 6.5), (4.5, 2.5)}


def test_the_longest_outline_comes_first_and_holes_have_their_own():
    lines = outlines(drawn(".......", ".#####.", ".#.#.#.", ".#####.", "......."))
    assert [len(line) for line in lines] == [4, 4, 4]
    assert set(lines[0]) == {(0.5, 0.5), (0.5, 5.5), (3.5, 5.5), (3.5, 0.5)}


def test_a_slanted_polygon_takes_the_pixel_centres_inside():
    triangle = ((-0.5, -0.5), (-0.5, 4.6), (4.6, -0.5))
    expected = [[i + j < 4.1 for j in range(6)] for i in range(6)]
    assert np.array_equal(inside_polygons([triangle], (6, 6)), expected)


def test_what_leaves_the_matrix_is_cut_off():
    assert inside_polygons([((-9.0, -9.0), (-9.0, 9.0), (9.0, 9.0), (9.0, -9.0))], (4, 5)).all()
    assert not inside_polygons([], (4, 5)).any()
