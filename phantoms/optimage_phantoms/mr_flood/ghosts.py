# SPDX-License-Identifier: LGPL-3.0-or-later
"""Ghosts: percent signal ghosting in four ellipses, and the ghost ratio of the band in phase direction."""

from collections.abc import Mapping

import numpy as np

from optimage.api import N_, AnalysisError, Message, Note, Overlay, missing_attribute
from optimage.imaging.ghost_ratio import PHASE_AXES, GhostRatio, ghost_ratio, ghost_ratio_max
from optimage.imaging.ghosting import percent_signal_ghosting
from optimage_phantoms.mr_flood.case import FloodCase
from optimage_phantoms.parts import Part, Value

MASKED_SHARE = 0.5  # of the background at exactly 0, from which on no ghost could show


def by_ellipses(case: FloodCase, _: Mapping[str, Value]) -> Part:
    """Measure percent signal ghosting (ACR): what lies above and below against what lies left and right."""
    case.check_region()
    image = case.image
    found = percent_signal_ghosting(case.values, case.mask, case.region, image.required_spacing_mm)
    overlays = tuple(
        Overlay(f"ghost_{one.side}", one.ellipse.outline(), image.uid, image.frame, ("psg",), one.statistics)
        for one in found.regions
    )
    return Part({"psg": (found.percent, found.uncertainty)}, overlays, _masked(found.zero_share))


def by_band(case: FloodCase, _: Mapping[str, Value]) -> Part:
    """Measure the mean and the brightest spot of the band in phase direction (IPEM 112, small bottle)."""
    image = case.image
    phase = image.text("InPlanePhaseEncodingDirection").strip().upper()
    if phase not in PHASE_AXES:
        raise missing_attribute("InPlanePhaseEncodingDirection")
    values, bright = case.values, case.method.ghost_box_share * float(np.nanmax(case.values[case.mask]))
    phantom = case.mask & (values > bright)
    brightest = ghost_ratio_max(values, case.mask, image.required_spacing_mm, phase)
    found = {"ghost_ratio_max": (brightest.percent, brightest.uncertainty)}
    overlays = [Overlay("ghost_brightest", brightest.ghost, image.uid, image.frame, ("ghost_ratio_max",))]
    notes = _masked(brightest.zero_share)
    try:
        band = ghost_ratio(values, phantom, image.required_spacing_mm, phase)
    except AnalysisError as error:  # a phantom that fills the field is the usual case, no failure
        notes += (Note(error.code, error.message),)
    else:
        found["ghost_ratio"] = abs(band.percent), band.uncertainty
        overlays += _regions(case, band)
    return Part(found, tuple(overlays), notes)


def _regions(case: FloodCase, band: GhostRatio) -> list[Overlay]:
    image, keys = case.image, ("ghost_ratio",)
    shapes = [("ghost_band", band.ghost), ("ghost_signal", band.signal)]
    shapes += [(f"ghost_noise_{number}", shape) for number, shape in enumerate(band.noise, start=1)]
    return [Overlay(name, shape, image.uid, image.frame, keys) for name, shape in shapes]


def _masked(zero_share: float) -> tuple[Note, ...]:
    if zero_share < MASKED_SHARE:
        return ()
    template = N_("{share:.0f} % of the background are zero: the scanner has masked it, and ghosts with it")
    return (Note("background_masked", Message(template, {"share": 100.0 * zero_share})),)
