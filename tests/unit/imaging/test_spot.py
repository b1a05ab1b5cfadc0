# SPDX-License-Identifier: LGPL-3.0-or-later
"""Centres of drawn spots to a fraction of a pixel."""

import numpy as np
import pytest

from optimage.api import Image
from optimage.imaging.spot import Spot, SpotRules, find_spot
from optimage.synthetic.rendering import Grid, Storage, disc_coverage

RULES = SpotRules(3.0, 3.0, (3.0, 5.4), 0.7, 0.3, 3, threshold_sd=3.0)


def spot_image(
    x_mm: float, y_mm: float, *, hu: float = -1000.0, spacing=(0.5, 0.5), noise: float = 0.0, seed: int = 0
) -> Image:
    """Return a disc of 3 mm diameter in a ground of 100 HU, its centre given from the middle of the image."""
    grid = Grid((61, 61), spacing)
    values = 100.0 + (hu - 100.0) * disc_coverage(grid, (x_mm, y_mm), 1.5)
    values += noise * np.random.default_rng(seed).normal(size=grid.shape)
    storage = Storage()
    return Image(storage.store(values), "1", intercept=storage.intercept, spacing_mm=spacing)


def find(image: Image, rules: SpotRules = RULES) -> Spot:
    spot = find_spot(image, (30.0, 30.0), rules)
    assert spot is not None
    return spot


@pytest.mark.parametrize(("x", "y"), [(0.0, 0.0), (0.13, -0.21), (1.9, 1.2), (-2.4, 0.6)])
@pytest.mark.parametrize("hu", [-1000.0, 1000.0])
@pytest.mark.parametrize("spacing", [(0.5, 0.5), (0.9, 0.9), (0.9, 0.5)])
def test_the_centre_of_a_pin_is_found_to_a_fiftieth_of_a_pixel(x: float, y: float, hu: float, spacing) -> None:
    spot = find(spot_image(x, y, hu=hu, spacing=spacing))
    assert (spot.column - 30.0) * spacing[1] == pytest.approx(x, abs=max(spacing) / 50)
    assert (spot.row - 30.0) * spacing[0] == pytest.approx(y, abs=max(spacing) / 50)
    assert np.sign(spot.contrast) == np.sign(hu)


def test_the_uncertainty_is_the_scatter_of_repeated_measurements() -> None:
    spots = [find(spot_image(0.1, 0.2, noise=40.0, seed=seed)) for seed in range(100)]
    for axis in ("row", "column"):
        scatter = np.std([getattr(spot, axis) * 0.5 for spot in spots], ddof=1)
        stated = np.mean([getattr(spot, f"{axis}_uncertainty_mm") for spot in spots])
        # the standard deviation of 100 values is known to 7 % (k = 1)
        assert scatter == pytest.approx(stated, rel=0.25)


def test_a_spot_whose_surroundings_leave_the_image_is_not_found() -> None:
    assert find_spot(spot_image(0.0, 0.0), (3.0, 30.0), RULES) is None


def test_a_flat_image_holds_no_spot() -> None:
    assert find_spot(spot_image(0.0, 0.0, hu=100.0), (30.0, 30.0), RULES) is None
