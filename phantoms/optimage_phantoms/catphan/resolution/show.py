# SPDX-License-Identifier: LGPL-3.0-or-later
"""What a person checks the resolution by: regions on the slice, profiles and curves."""

from collections.abc import Mapping, Sequence
from math import cos, radians, sin

import numpy as np
import numpy.typing as npt

from optimage.api import N_, Curve, Disc, FloatArray, Overlay, Polyline
from optimage.imaging.bar_patterns import coltman_mtf
from optimage_phantoms.catphan.pose import View
from optimage_phantoms.catphan.resolution.annulus import Annulus
from optimage_phantoms.catphan.resolution.bars import Bars
from optimage_phantoms.catphan.resolution.bead import Bead, Spread
from optimage_phantoms.catphan.resolution.bead_mtf import BeadMtf
from optimage_phantoms.catphan.resolution.card import LEVELS
from optimage_phantoms.catphan.resolution.layout import Arc, Layout
from optimage_phantoms.catphan.resolution.modulation import Response
from optimage_phantoms.catphan.resolution.strips import Gauge

BAR_KEYS = (
    *(f"mtf{level}" for level in LEVELS),
    *(f"mtf{level}_presampled" for level in LEVELS),
    "mtf50_droege_morin",
    "mtf10_droege_morin",
    "visible_lp",
)
BEAD_KEYS = ("mtf50_bead", "mtf10_bead", "psf_fwhm_x", "psf_fwhm_y")
ARC_STEP_DEG = 2.0
MTF_POINTS = 64


def bar_overlays(annulus: Annulus, gauge: Gauge, bars: Bars) -> tuple[Overlay, ...]:
    """Return the annulus, the arc without bars, and every group that was read, as they lie on the best slice."""
    view, image = annulus.view, annulus.view.image
    inner, outer = float(gauge.radii_mm[0]), float(gauge.radii_mm[-1])
    overlays = [
        Overlay(name, _circle(view, radius), image.uid, image.frame, BAR_KEYS)
        for name, radius in (("line_pairs_inner", inner), ("line_pairs_outer", outer))
    ]
    overlays.append(
        Overlay("line_pairs_ground", _band(gauge, gauge.layout.free, inner, outer), image.uid, image.frame, BAR_KEYS)
    )
    for group in bars.groups:
        keys = (f"modulation_{group.line_pairs_per_cm}", *BAR_KEYS)
        shape = _band(gauge, group.arc, inner, outer)
        overlays.append(Overlay(f"line_pairs_{group.line_pairs_per_cm}", shape, image.uid, image.frame, keys))
    return tuple(overlays)


def bar_curves(annulus: Annulus, layout: Layout, bars: Bars, responses: Mapping[str, Response]) -> tuple[Curve, ...]:
    """Return the profile round the annulus from the arc without bars on, the groups in it, and modulations."""
    along = (layout.sense * annulus.angles_deg - layout.free.start_deg) % 360.0
    order = np.argsort(along, kind="stable")
    along = along[order]
    marks = np.full(along.shape, bars.ground.level)
    for group in bars.groups:
        inside = (along - (group.arc.start_deg - layout.free.start_deg)) % 360.0 <= group.arc.width_deg
        marks[inside] = group.peak
    labels = (N_("angle from the arc without bars"), N_("CT number"), "°", "HU")
    f_labels = (N_("spatial frequency"), N_("modulation"), "1/mm", "1")
    michelson = responses["mtf:presampled"]
    coltman = coltman_mtf(michelson.frequencies, michelson.values)
    return (
        Curve("line_pairs:profile", _tuple(along), _tuple(annulus.profile[order]), *labels),
        Curve("line_pairs:groups", _tuple(along), _tuple(marks), *labels),
        *(Curve(name, _tuple(one.frequencies), _tuple(one.values), *f_labels) for name, one in responses.items()),
        Curve("mtf:coltman", _tuple(michelson.frequencies), _tuple(coltman), *f_labels),
    )


def bead_overlays(pairs: Sequence[tuple[Bead, Spread]]) -> tuple[Overlay, ...]:
    """Return window and background ring of every bead."""
    overlays = []
    for bead, spread in pairs:
        image = bead.view.image
        overlays.append(Overlay("bead", spread.window, image.uid, image.frame, BEAD_KEYS))
        overlays.append(Overlay("bead_background", spread.ring, image.uid, image.frame, BEAD_KEYS))
    return tuple(overlays)


def bead_curves(mtf: BeadMtf, spreads: Sequence[Spread]) -> tuple[Curve, ...]:
    """Return the MTF along both axes and the line spread functions of the first bead."""
    labels = (N_("spatial frequency"), N_("MTF"), "1/mm", "1")
    step = max(len(mtf.frequencies) // MTF_POINTS, 1)
    chosen = slice(None, None, step)
    spread = spreads[0]
    return (
        Curve("mtf_bead:x", _tuple(mtf.frequencies[chosen]), _tuple(mtf.x[chosen]), *labels),
        Curve("mtf_bead:y", _tuple(mtf.frequencies[chosen]), _tuple(mtf.y[chosen]), *labels),
        _lsf_curve("lsf:x", spread.x, spread.pitch_x_mm),
        _lsf_curve("lsf:y", spread.y, spread.pitch_y_mm),
    )


def _lsf_curve(name: str, lsf: FloatArray, pitch_mm: float) -> Curve:
    at = (np.arange(lsf.size) - (lsf.size - 1) / 2) * pitch_mm
    return Curve(name, _tuple(at), _tuple(lsf / lsf.max()), N_("position"), N_("line spread"), "mm", "1")


def _circle(view: View, radius_mm: float) -> Disc:
    return Disc(view.row, view.column, radius_mm * view.scale, view.image.required_spacing_mm)


def _band(gauge: Gauge, arc: Arc, inner_mm: float, outer_mm: float) -> Polyline:
    """Return a stretch of the annulus as a closed line."""
    count = max(int(arc.width_deg / ARC_STEP_DEG), 1) + 1
    angles = [arc.start_deg + arc.width_deg * k / (count - 1) for k in range(count)]
    way = [(outer_mm, angle) for angle in angles] + [(inner_mm, angle) for angle in reversed(angles)]
    return Polyline(tuple(_point(gauge, radius, angle) for radius, angle in way), closed=True)


def _point(gauge: Gauge, radius_mm: float, angle_deg: float) -> tuple[float, float]:
    view, angle = gauge.view, radians(gauge.layout.screen_deg(angle_deg))
    spacing, radius = view.image.required_spacing_mm, radius_mm * view.scale
    return view.row + radius * sin(angle) / spacing[0], view.column + radius * cos(angle) / spacing[1]


def _tuple(values: npt.NDArray[np.floating]) -> tuple[float, ...]:
    return tuple(values.tolist())
