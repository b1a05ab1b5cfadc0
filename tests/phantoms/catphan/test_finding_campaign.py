# SPDX-License-Identifier: LGPL-3.0-or-later
"""Many digital CATPHANs lying at random: bias and spread of roll and origin."""

import numpy as np
import pytest

from optimage.synthetic.catphan import Catphan, render_catphan
from optimage.synthetic.placement import Placement
from optimage_phantoms.catphan.models import load_family
from optimage_phantoms.catphan.pose import Pose, difference_deg
from tests.phantoms.catphan.found import assert_found, found_in, small

CASES = 120


def lying_at_random(rng: np.random.Generator) -> Catphan:
    place = Placement(
        origin_mm=float(rng.uniform(-1.25, 1.25)),
        direction=int(rng.choice((1, -1))),
        mirrored=bool(rng.integers(2)),
        roll_deg=float(rng.uniform(-15.0, 15.0)),
        tilt_deg=(float(rng.uniform(-0.7, 0.7)), float(rng.uniform(-0.7, 0.7))),
        offset_mm=(float(rng.uniform(-15.0, 15.0)), float(rng.uniform(-15.0, 15.0))),
        scale=float(rng.uniform(0.99, 1.01)),
    )
    noise, seed = float(rng.choice((5.0, 15.0, 30.0))), int(rng.integers(1 << 30))
    pixels = float(rng.choice((0.5, 0.7, 0.9)))
    matrix = (round(240.0 / pixels),) * 2
    model = str(rng.choice(sorted(load_family())))
    return small(model, place, matrix=matrix, spacing_mm=(pixels, pixels), noise_hu=noise, seed=seed)


@pytest.mark.campaign
def test_roll_and_origin_have_no_bias_however_the_phantom_lies() -> None:
    rng = np.random.default_rng(11)
    rolls, origins = [], []
    for _ in range(CASES):
        spec = lying_at_random(rng)
        found = found_in(render_catphan(spec))
        assert_found(found, spec)
        pose = Pose.of(found)
        rolls.append(difference_deg(pose.roll_deg, spec.place.roll_deg))
        origins.append(pose.origin_mm - spec.place.origin_mm)
    for name, values, limit in (("roll", np.array(rolls), 0.02), ("origin", np.array(origins), 0.05)):
        print(f"{name}: mean {values.mean():+.4f}, SD {values.std(ddof=1):.4f}, largest {np.abs(values).max():.4f}")
        assert abs(values.mean()) < limit
