# SPDX-License-Identifier: LGPL-3.0-or-later
"""The sub-tests of the ramps: slice thickness, and how far the table moved."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from weakref import WeakKeyDictionary

from optimage.api import N_, AnalysisError, Curve, Message, Note, Overlay, Polyline
from optimage_phantoms.catphan.case import CatphanCase
from optimage_phantoms.catphan.models import Ramps
from optimage_phantoms.catphan.sensitometry.increment import measure_travel
from optimage_phantoms.catphan.sensitometry.ramps import NUMBERS, Trace, trace_side
from optimage_phantoms.catphan.sensitometry.rules import RampRules, load_rules
from optimage_phantoms.catphan.sensitometry.slices import header_increment, spread_slices
from optimage_phantoms.catphan.sensitometry.thickness import combined, mean_of, pair_notes, ramp_factor, thickness
from optimage_phantoms.parts import Part, Value

KEYS = {side: f"slice_thickness_{number}" for side, number in NUMBERS.items()}
INCREMENT_KEYS = ("increment", "increment_error")
MARK_MM = 3.0  # half length of the marks drawn across a wire


@dataclass(frozen=True, slots=True, eq=False)
class Traces:
    """All ramps on all slices measured, by side, and why one gave nothing."""

    sides: Mapping[str, list[Trace]]
    problems: Mapping[str, AnalysisError]


_measured: "WeakKeyDictionary[CatphanCase, Traces]" = WeakKeyDictionary()
"""What was measured of a case that is still in use, so that both sub-tests share one pass over the slices."""


def traces_of(case: CatphanCase) -> Traces:
    """Measure all ramps of a case.

    Raises
    ------
    AnalysisError
        `section_not_scanned`.
    """
    if case not in _measured:
        rules, ramps = load_rules().ramps, case.model.sensitometry.ramps
        views = spread_slices(case, half_mm=rules.reach_mm, most=rules.most_slices)
        sides, problems = {}, {}
        for side in ramps.sides:
            traces, errors = trace_side(views, side, ramps, rules)
            if traces:
                sides[side] = traces
            else:
                problems[side] = errors[0]
        _measured[case] = Traces(sides, problems)
    return _measured[case]


def measure_thickness(case: CatphanCase, _: Mapping[str, Value]) -> Part:
    """Measure the slice thickness by every ramp: the mean of what single slices gave."""
    traces, ramps = traces_of(case), case.model.sensitometry.ramps
    if not traces.sides:
        raise next(iter(traces.problems.values()))
    factor = ramp_factor(str(case.parameters.get("ramp_factor", "tangent")), ramps.angle_deg)
    psf = float(case.parameters.get("psf_fwhm_mm", 0.0))
    found = {side: mean_of([thickness(trace, factor, psf) for trace in one]) for side, one in traces.sides.items()}
    found = {side: value for side, value in found.items() if isfinite(value[0])}
    if not found:
        raise AnalysisError(
            "blur_wider_than_slice",
            N_("the blur given, {psf:.2f} mm, is wider than the ramps' image"),
            advice=N_("give the full width at half maximum of the point spread function of this kernel, or 0"),
            psf=psf,
        )
    slices = max(len(one) for one in traces.sides.values())
    return Part(
        {KEYS[side]: value for side, value in found.items()} | {"slice_thickness": combined(found)},
        tuple(_overlays(traces, ramps)),
        pair_notes(found, slices, load_rules().pairs),
        next(iter(traces.problems.values()), None),
        tuple(_curve(side, one) for side, one in traces.sides.items()),
    )


def measure_increment(case: CatphanCase, _: Mapping[str, Value]) -> Part:
    """Measure the distance of slices by how far the ramps' images move; nothing where slices are too few."""
    traces = traces_of(case)
    if not traces.sides:
        raise next(iter(traces.problems.values()))
    rules, angle = load_rules().increment, case.model.sensitometry.ramps.angle_deg
    travel = measure_travel(dict(traces.sides), angle, rules)
    if travel is None:
        template = N_("the table increment needs the ramps on at least {needed} slices that span {travel:.0f} mm")
        values = {"needed": rules.fewest_slices, "travel": rules.least_travel_mm}
        return Part(notes=(Note("increment_not_measured", Message(template, values)),))
    nominal, (ratio, u) = header_increment(case, half_mm=load_rules().ramps.reach_mm), travel.ratio
    return Part(
        {"increment": (ratio * nominal, u * nominal), "increment_error": ((ratio - 1.0) * nominal, u * nominal)},
        curves=tuple(_travel_curve(side, one) for side, one in traces.sides.items()),
    )


def _overlays(traces: Traces, ramps: Ramps) -> list[Overlay]:
    rules = load_rules().ramps
    return [
        overlay for side, one in traces.sides.items() for trace in one for overlay in _drawn(side, trace, ramps, rules)
    ]


def _drawn(side: str, trace: Trace, ramps: Ramps, rules: RampRules) -> list[Overlay]:
    """Return the strip that is summed up and the marks at half maximum."""
    image, keys = trace.view.image, (KEYS[side], "slice_thickness", *INCREMENT_KEYS)
    end, half = rules.half_length_mm, rules.band_mm
    corners = ((-end, -half), (end, -half), (end, half), (-end, half))
    marks = [(along, across) for along in (trace.hump.left_mm, trace.hump.right_mm) for across in (-MARK_MM, MARK_MM)]
    points = trace.points((*corners, *marks), ramps)
    shapes = {
        f"ramp_{side}": Polyline(points[:4], closed=True),
        f"ramp_{side}_start": Polyline(points[4:6]),
        f"ramp_{side}_end": Polyline(points[6:]),
    }
    return [Overlay(name, shape, image.uid, image.frame, keys) for name, shape in shapes.items()]


def _curve(side: str, traces: list[Trace]) -> Curve:
    """Return the smoothed profile of the slice nearest to the middle of the module."""
    trace = min(traces, key=lambda one: abs(one.view.z_mm))
    step = 2  # samples of the fine profile, 0.2 mm apart
    x, y = trace.hump.x_mm[::step], trace.hump.y[::step]
    labels = N_("position along the wire"), N_("CT number above background"), "mm", "HU"
    return Curve(f"ramp_profile:{side}", tuple(x.tolist()), tuple(y.tolist()), *labels)


def _travel_curve(side: str, traces: list[Trace]) -> Curve:
    x = tuple(trace.view.z_mm for trace in traces)
    y = tuple(trace.centre_mm for trace in traces)
    labels = N_("slice position"), N_("position along the wire"), "mm", "mm"
    return Curve(f"ramp_travel:{side}", x, y, *labels)
