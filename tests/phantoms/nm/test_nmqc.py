# SPDX-License-Identifier: LGPL-3.0-or-later
"""The variant of the IAEA toolkit, against a plain statement of its steps."""

from dataclasses import replace
from math import hypot

import numpy as np
import pytest

from optimage.synthetic.nm_flood import Spot, Wave, render_nm_flood
from tests.phantoms.nm import plain
from tests.phantoms.nm.conftest import SMALL, located, mask_of, measured

FLOODS = {
    "rectangle": {},
    "circle, 1.2 mm": {"shape": "ellipse", "field_mm": (300.0, 300.0), "matrix": (320, 320), "spacing_mm": (1.2, 1.2)},
    "octagon with a wave": {"shape": "octagon", "waves": (Wave(0.05, 300.0, 30.0),)},
    "dead tube": {"spots": (Spot((60.0, -40.0), 28.0, 0.0),)},
    "last block not full": {"matrix": (255, 254)},
}


def steps(image, size):
    """Rebin, smooth, empty the border, threshold, drop single pixels; return the smooth matrix and what is left."""
    pixels = np.pad(image.pixels.astype(float), [(0, -length % size) for length in image.shape])
    a = plain.block_sums(pixels, size, size)
    rows, columns = len(a), len(a[0])
    smooth = {}
    for i, j in plain.places(rows, columns):
        total = 0.0
        for di in (-1, 0, 1):
            for dj in (-1, 0, 1):
                if 0 <= i + di < rows and 0 <= j + dj < columns:
                    total += (2 - abs(di)) * (2 - abs(dj)) * a[i + di][j + dj]
        smooth[i, j] = 0.0 if i in (0, rows - 1) or j in (0, columns - 1) else total / 16
    highest = max(smooth.values())
    meaningful = [value for value in smooth.values() if value > 0.1 * highest]
    level = 0.75 * sum(meaningful) / len(meaningful)
    found = {place for place, value in smooth.items() if value >= level}
    return smooth, {p for p in found if any((p[0] + i, p[1] + j) in found for i, j in plain.SPREAD)}, (rows, columns)


def shrunk(found, share, shape):
    part = plain.largest(found)
    longest = max(max(p[k] for p in part) - min(p[k] for p in part) + 1 for k in (0, 1))
    depth = round((1 - share) * longest) / 2
    edge = [
        p
        for p in plain.places(*shape)
        if p not in found and any((p[0] + i, p[1] + j) in found for i in (-1, 0, 1) for j in (-1, 0, 1))
    ]
    rows, columns = (np.array([p[k] for p in edge]) for k in (0, 1))
    return {p for p in found if np.hypot(rows - p[0], columns - p[1]).min() > depth}


@pytest.mark.parametrize("name", FLOODS)
def test_nmqc_is_its_steps(name):
    spec = replace(SMALL, **FLOODS[name])
    image = render_nm_flood(spec)[0]
    size = {2.4: 2, 1.2: 4}[spec.spacing_mm[0]]
    smooth, found, shape = steps(image, size)
    result, fields = measured([image], mode="nmqc"), located([image], mode="nmqc")
    for field, share in (("ufov", 0.95), ("cfov", 0.7125)):
        mask = shrunk(found, share, shape)
        assert mask_of(fields, field, shape, (size, size)) == mask
        assert result[f"iu_{field}"].value == pytest.approx(plain.contrast([smooth[p] for p in mask]))
        worst = [plain.differential(smooth, mask, step) for step in ((0, 1), (1, 0))]
        assert result[f"du_{field}"].value == pytest.approx(max(worst))
    assert result["iu_ufov"].method == f"nmqc_{size}x{size}@1"


def test_the_distance_rule_is_euclidean():
    """A corner pixel of the shrunk field is further inside than its rows and columns say."""
    spec = replace(SMALL, shape="ellipse", field_mm=(400.0, 400.0))
    image = render_nm_flood(spec)[0]
    _, found, shape = steps(image, 2)
    field = mask_of(located([image], mode="nmqc"), "cfov", shape, (2, 2))
    middle = (shape[0] - 1) / 2
    radius = max(hypot(i - middle, j - middle) for i, j in found)
    depth = round((1 - 0.7125) * (2 * radius)) / 2
    assert max(hypot(i - middle, j - middle) for i, j in field) == pytest.approx(radius - depth, abs=1.0)
