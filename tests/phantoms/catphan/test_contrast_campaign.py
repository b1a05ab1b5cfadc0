# SPDX-License-Identifier: LGPL-3.0-or-later
"""Bias and coverage of contrasts and thresholds over many seeds of noise."""

import numpy as np
import pytest
from scipy import special

from optimage.synthetic.catphan import Catphan
from optimage.synthetic.catphan_truth import noise_power
from optimage.synthetic.placement import Placement
from optimage_phantoms.catphan.contrast.subtests import SUBTESTS
from optimage_phantoms.catphan.uniform.subtests import SUBTESTS as UNIFORM
from optimage_phantoms.parts import run_subtests
from tests.phantoms.catphan.placed import Drawn, spec_of

SEEDS = 50
HEIGHTS = (27.5, 30.0, 32.5, 62.5, 65.0, 67.5)
FACTOR = 3.29
PLACE = Placement(roll_deg=7.0, mirrored=True)

pytestmark = pytest.mark.campaign


def true_threshold(spec: Catphan, diameter_mm: float) -> float:
    """Return 3.29 times the SD of means in true discs, by the spectrum of the noise up to the sampling frequency."""
    fy, fx = (np.linspace(-0.5, 0.5, 801) / pitch for pitch in spec.spacing_mm)
    f = np.hypot(fy[:, None], fx[None, :])
    z = np.pi * diameter_mm * f
    disc = np.where(z > 1e-9, 2 * special.j1(z) / np.where(z > 1e-9, z, 1.0), 1.0)
    variance = float((noise_power(spec, f) * disc**2).sum()) * (fy[1] - fy[0]) * (fx[1] - fx[0])
    return FACTOR * float(np.sqrt(variance))


@pytest.mark.parametrize("texture", ["white", "ramp", "soft"])
@pytest.mark.parametrize("pitch", [0.5, 0.9])
def test_contrasts_and_thresholds_are_unbiased_and_as_uncertain_as_told(texture: str, pitch: float) -> None:
    """Thresholds: bias 3 % over the seeds. Coverage of one seed's figures 68 %, binomial error of 50 seeds 7 %."""
    matrix = round(256 / pitch)
    spec = spec_of(
        "504",
        HEIGHTS,
        place=PLACE,
        noise_hu=6.0,
        texture=texture,
        matrix=(matrix, matrix),
        spacing_mm=(pitch, pitch),
    )
    drawn = Drawn(spec)
    found = [run_subtests(drawn.case(seed), {**UNIFORM, **SUBTESTS}).values for seed in range(SEEDS)]
    for diameter in (2, 3, 5, 9, 15):
        values, errors = np.array([one[f"lcd_threshold_{diameter}mm"] for one in found]).T
        truth = true_threshold(spec, diameter)
        covered = np.mean(np.abs(values - truth) <= errors)
        print(texture, pitch, diameter, f"mm: bias {100 * (values.mean() / truth - 1):.1f} %, coverage {covered:.2f}")
        assert values.mean() == pytest.approx(truth, rel=0.03)
        assert values.std() < 0.1 * truth
        assert covered >= 0.5
    for key, truth in {"contrast_15mm_1_0": 10.0, "contrast_15mm_0_3": 3.0, "contrast_9mm_1_0": 10.0}.items():
        values, errors = np.array([one[key] for one in found]).T
        covered = np.mean(np.abs(values - truth) <= errors)
        print(
            texture, pitch, key, f"bias {values.mean() - truth:.3f} HU, SD {values.std():.3f}, told {errors.mean():.3f}"
        )
        assert values.mean() == pytest.approx(truth, abs=3 * values.std() / np.sqrt(SEEDS) + 0.05)
        assert covered >= 0.5
