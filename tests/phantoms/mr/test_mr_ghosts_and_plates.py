# SPDX-License-Identifier: LGPL-3.0-or-later
"""MRI level A measures the ghost that was drawn, the coil's field that was drawn, and slices with plates."""

from dataclasses import replace

import numpy as np
import pytest

from optimage.imaging.ghosting import ghost_ellipses
from optimage.synthetic.mr_flood import draw_mr_flood, render_mr_flood
from optimage.synthetic.mr_header import MrScan
from optimage.synthetic.mr_plates import MrPlates, render_mr_plates
from optimage.synthetic.mr_truth import mr_flood_truth, mr_psg
from optimage_phantoms.mr_flood.case import indices
from tests.phantoms.mr.conftest import BOTTLE, failed, located, measured

SMALL = replace(BOTTLE, size_mm=(110.0, 110.0), sigma=2.0)


@pytest.mark.parametrize("phase", ["COL", "ROW"])
@pytest.mark.parametrize("sigma", [0.0, 2.0])
@pytest.mark.parametrize("ghost", [0.0, 0.01, 0.05])
def test_percent_signal_ghosting_is_that_of_the_ghost_drawn(phase, sigma, ghost):
    """A phantom of 110 mm in 256: two ellipses lie in its ghost.

    Where there is no ghost, magnitudes read 1.2533 σ (Rayleigh), which takes
    as much from the difference; the definition knows no correction for it.
    """
    spec = replace(SMALL, sigma=sigma, ghost=ghost, scan=MrScan(phase_direction=phase))
    images = render_mr_flood(spec)
    mask = images[0].values() > 0.4 * spec.signal
    ellipses = [one.mask(spec.matrix) for one in ghost_ellipses(mask, spec.spacing_mm)]
    region = np.hypot(*(np.indices(spec.matrix) - 127.5)) <= 55.0 * np.sqrt(0.75)
    expected = mr_psg(spec, region, *ellipses)
    if ghost:
        read = np.hypot(ghost * spec.signal, sigma) - 1.2533 * sigma
        expected *= read / (ghost * spec.signal)
    assert measured(images)["psg"].value == pytest.approx(expected, abs=0.05)


@pytest.mark.parametrize("phase", ["COL", "ROW"])
def test_the_ghost_ratio_is_that_of_a_band_which_the_ghost_fills(phase):
    """A small bottle near the edge: its ghost, half a field away, lies in the middle of the band."""
    offset = (0.0, 80.0) if phase == "COL" else (80.0, 0.0)
    spec = replace(
        BOTTLE, size_mm=(40.0, 40.0), offset_mm=offset, sigma=2.0, ghost=0.05, scan=MrScan(phase_direction=phase)
    )
    result = measured(render_mr_flood(spec))
    assert result["ghost_ratio_max"].value == pytest.approx(5.0, abs=0.2)
    band = next(one.shape for one in result.overlays if one.name == "ghost_band")
    at = indices(band)
    drawn = draw_mr_flood(spec)[at]
    # Where the ghost lies, air reads its signal, elsewhere 1.2533 σ (Rayleigh), as the noise regions do.
    ghosts = np.where(drawn > 3 * spec.sigma, np.hypot(drawn, spec.sigma), 1.2533 * spec.sigma)
    expected = 100.0 * (float(ghosts.mean()) - 1.2533 * spec.sigma) / spec.signal
    assert result["ghost_ratio"].value == pytest.approx(expected, abs=0.01)  # 400 pixels of noise: 0.006


@pytest.mark.parametrize("bias", [(0.0, 0.0, 0.0, 0.0), (0.2, 0.0, 0.0, 0.0), (0.1, -0.1, -0.2, -0.1)])
def test_percent_integral_uniformity_is_that_of_the_field_drawn(bias):
    """Noise of 0.1 % takes 0.1 points at most after the kernel; the region ends up to a pixel inside the true one."""
    spec = replace(BOTTLE, bias=bias, sigma=1.0)
    result = measured(render_mr_flood(spec))
    assert result["piu"].value == pytest.approx(mr_flood_truth(spec)["piu"], abs=0.5)
    assert result["integral_uniformity"].value == pytest.approx(1.0 - result["piu"].value / 100.0)


def test_a_slice_with_plates_gives_their_width_and_says_what_it_cannot_give():
    spec = MrPlates()
    image = render_mr_plates(spec)
    result = measured([image])
    assert located([image]).model == "plates"
    assert result["slice_width"].value == pytest.approx(spec.slice_mm, abs=0.2)
    assert failed(result) == {"homogeneity": "plates_shown"}
    assert {one.key for one in result.measurements} >= {"slice_width", "slice_width_top", "rod_distance_h"}
    assert not [one for one in result.measurements if one.key.startswith("snr")]
    assert result.curves, "a person sees the profiles"
