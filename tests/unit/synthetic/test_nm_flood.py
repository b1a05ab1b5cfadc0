# SPDX-License-Identifier: LGPL-3.0-or-later
"""The digital flood is what it says it is, and survives the way through a file."""

from dataclasses import replace

import numpy as np
import pytest

from optimage.dicom.reader import load_images
from optimage.dicom.writer import write_image
from optimage.synthetic.nm_flood import SHAPES, NmFlood, Spot, draw_nm_flood, field_mask, render_nm_flood

SPEC = NmFlood(matrix=(200, 220), spacing_mm=(3.0, 2.5), mean=400.0)
AREAS = {
    "rectangle": 390 * 534,
    "ellipse": np.pi / 4 * 390 * 534,
    "hexagon": 0.75 * 390 * 534,
    "octagon": 390 * 534 - 2 * 60**2,
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_field_has_its_area(shape):
    """A row or column of pixel centres more or less at either side: 1 %."""
    found = field_mask(replace(SPEC, shape=shape)).sum() * 3.0 * 2.5
    assert found == pytest.approx(AREAS[shape], rel=0.01)


def test_counts_are_poisson_and_seeded():
    """400 per pixel: over 27 000 pixels mean and variance are known to 0.03 % and 0.9 %; five times that."""
    image, again = render_nm_flood(SPEC)[0], render_nm_flood(SPEC)[0]
    inside = image.pixels[field_mask(SPEC)].astype(float)
    assert inside.mean() == pytest.approx(400.0, rel=5 * 0.0003)
    assert inside.var() == pytest.approx(400.0, rel=5 * 0.009)
    assert np.array_equal(image.pixels, again.pixels)
    assert not np.array_equal(image.pixels, render_nm_flood(replace(SPEC, seed=2))[0].pixels)


def test_heads_are_different_draws_of_the_same_field():
    first, second = render_nm_flood(replace(SPEC, heads=2))
    assert (first.header["DetectorVector"], second.header["DetectorVector"]) == (1, 2)
    assert first.uid != second.uid
    assert not np.array_equal(first.pixels, second.pixels)


def test_a_dead_tube_holds_nothing():
    spec = replace(SPEC, spots=(Spot((30.0, 0.0), 20.0, 0.0),))
    assert draw_nm_flood(spec)[100, 110 + 12] == 0.0


def test_a_file_gives_back_pixels_and_header():
    image = render_nm_flood(SPEC)[0]
    (read,) = load_images(write_image(image))
    assert np.array_equal(read.pixels, image.pixels)
    assert read.spacing_mm == image.spacing_mm
    for keyword in ("Modality", "DetectorVector", "ActualFrameDuration", "ImageType"):
        assert read.header[keyword] == image.header[keyword]
