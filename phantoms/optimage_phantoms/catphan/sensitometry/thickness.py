# SPDX-License-Identifier: LGPL-3.0-or-later
"""Slice thickness from the widths of the humps."""

from collections.abc import Mapping
from math import hypot, nan, radians, sqrt, tan

import numpy as np

from optimage.api import N_, Message, Note
from optimage_phantoms.catphan.sensitometry.ramps import OPPOSITE, Trace, complete_pairs
from optimage_phantoms.catphan.sensitometry.rules import PairRules
from optimage_phantoms.parts import Value

ROUNDED = "0.42"
"""The choice of `ramp_factor` that takes tan 23° as the manual rounds it."""


def ramp_factor(choice: str, angle_deg: float) -> float:
    """Return what a length along the wire is multiplied by; `choice` is `tangent` or `0.42`."""
    return float(choice) if choice == ROUNDED else tan(radians(angle_deg))


def thickness(trace: Trace, factor: float, psf_mm: float) -> Value:
    """Return the slice thickness of one ramp on one slice with its u; NaN where blur is wider than the hump.

    `psf_mm` is the full width at half maximum of the point spread function
    in the slice, taken away in quadrature; 0 leaves the width as it is.
    """
    width, u = trace.width_mm
    squared = width**2 - psf_mm**2
    if squared <= 0.0:
        return nan, nan
    corrected = sqrt(squared)
    return factor * corrected, factor * u * width / corrected


def mean_of(values: list[Value]) -> Value:
    """Return the mean of independent values with its u; NaN values are left out."""
    known = [value for value in values if np.isfinite(value[0])]
    if not known:
        return nan, nan
    return float(np.mean([value for value, _ in known])), hypot(*(u for _, u in known)) / len(known)


def combined(ramps: Mapping[str, Value]) -> Value:
    """Return the mean over ramps; one without its opposite is left out where there is a pair."""
    return mean_of([ramps[side] for side in complete_pairs(ramps)])


def pair_notes(ramps: Mapping[str, Value], slices: int, rules: PairRules) -> tuple[Note, ...]:
    """Return remarks: opposite ramps that differ much, and a mean without a complete pair."""
    notes = []
    share = rules.single_share if slices == 1 else rules.mean_share
    for a, b in OPPOSITE:
        if a not in ramps or b not in ramps:
            continue
        first, second = ramps[a][0], ramps[b][0]
        if abs(first - second) > share * (first + second) / 2:
            template = N_("opposite ramps give {first:.2f} mm and {second:.2f} mm: the phantom may be tilted")
            notes.append(Note("ramps_differ", Message(template, {"first": first, "second": second})))
    if not any(a in ramps and b in ramps for a, b in OPPOSITE):
        notes.append(
            Note(
                "ramps_unpaired", Message(N_("no two opposite ramps were measured: a tilt of the phantom counts fully"))
            )
        )
    return tuple(notes)
