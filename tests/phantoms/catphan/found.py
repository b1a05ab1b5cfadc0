# SPDX-License-Identifier: LGPL-3.0-or-later
"""What the tests of the finding share: a small digital CATPHAN, and how far a pose is from its truth."""

from collections.abc import Sequence

import numpy as np
import pytest

from optimage.api import Image, Localisation
from optimage.synthetic.catphan import Catphan
from optimage.synthetic.placement import Placement
from optimage_phantoms.catphan.finding.locate import locate_catphan
from optimage_phantoms.catphan.method import load_method
from optimage_phantoms.catphan.models import load_family
from optimage_phantoms.catphan.pose import Pose, difference_deg
from tests.phantoms.catphan.digital import layout
from tests.phantoms.conftest import as_series

METHOD = load_method()
MODULE_MM = (-10.0, -7.5, -5.0, -2.5, 0.0, 2.5, 5.0, 7.5, 10.0)
ROLL_DEG, ORIGIN_MM, CENTRE_MM = 0.1, 0.2, 0.3  # what the module must reach


def found_in(images: Sequence[Image], **parameters) -> Localisation:
    return locate_catphan(as_series(images), parameters, METHOD)


def small(
    model: str = "504", place: Placement | None = None, *, z_mm: Sequence[float] | None = None, **changes
) -> Catphan:
    """Return a CATPHAN on few slices of few pixels: the sensitometry module, and the middle of every other one."""
    place = place or Placement(origin_mm=0.7, direction=-1)
    z = z_mm if z_mm is not None else sorted({*MODULE_MM, *load_family()[model].z_mm.values()})
    positions = tuple(sorted(place.origin_mm + place.direction * one for one in z))
    chosen = {"matrix": (256, 256), "spacing_mm": (0.9, 0.9), "noise_hu": 10.0, "positions_mm": positions}
    return Catphan(layout(model), place, **(chosen | changes))


def assert_found(found: Localisation, spec: Catphan) -> None:
    """Compare with the truth; accuracies of roll and origin as demanded, the centre well inside any region's margin."""
    pose, place = Pose.of(found), spec.place
    assert (found.model, pose.direction, pose.mirrored) == (spec.layout.id, place.direction, place.mirrored)
    assert difference_deg(pose.roll_deg, place.roll_deg) == pytest.approx(0.0, abs=ROLL_DEG)
    assert pose.origin_mm == pytest.approx(place.origin_mm, abs=ORIGIN_MM)
    along = place.origin_mm - pose.origin_mm
    down = (pose.row + along * pose.row_per_mm - (spec.matrix[0] - 1) / 2) * spec.spacing_mm[0]
    right = (pose.column + along * pose.column_per_mm - (spec.matrix[1] - 1) / 2) * spec.spacing_mm[1]
    assert np.hypot(right - place.offset_mm[0], down - place.offset_mm[1]) < CENTRE_MM
