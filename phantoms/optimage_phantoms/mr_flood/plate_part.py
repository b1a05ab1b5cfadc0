# SPDX-License-Identifier: LGPL-3.0-or-later
"""The sub-test of slices that show the slice width plates."""

from collections.abc import Mapping

from optimage.api import N_, AnalysisError
from optimage_phantoms.mr_flood.case import FloodCase
from optimage_phantoms.parts import Part, Value


def by_plates(case: FloodCase, _: Mapping[str, Value]) -> Part:
    """Measure slice width, tilt and rod distances on the plates inside the outline."""
    from optimage_phantoms.mr_flood.plate_rules import load_plate_rules
    from optimage_phantoms.mr_flood.plates import find_plates
    from optimage_phantoms.mr_flood.slice_width import measure_plates

    rules = load_plate_rules()
    found = measure_plates(case.image, find_plates(case.image, case.mask, rules), rules)
    return Part(found.values, found.overlays, found.notes, curves=found.curves)


def tell_the_rest(_: FloodCase, __: Mapping[str, Value]) -> Part:
    """Say why a slice with plates gives no SNR."""
    raise AnalysisError(
        "plates_shown",
        N_("this slice shows the slice width plates: SNR, uniformity and ghosting need a homogeneous slice"),
        advice=N_("send a homogeneous slice for them; for the slice width alone there is nothing to do"),
    )
