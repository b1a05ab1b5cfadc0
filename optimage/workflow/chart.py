# SPDX-License-Identifier: LGPL-3.0-or-later
"""Charts of what is stored, as files."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from optimage.charts.control_chart import control_chart
from optimage.charts.spec import ChartSpec
from optimage.charts.two_axes import two_axes_chart
from optimage.document.words import line_values
from optimage.errors import UsageError
from optimage.i18n import _
from optimage.messages import N_
from optimage.model.control import TrendPoint
from optimage.model.phantom import PhantomModule
from optimage.model.profile import Profile
from optimage.store.engine import Store
from optimage.workflow.chart_kinds import DERIVED, Background, background_of, derived_chart, histogram_of, history_of
from optimage.workflow.control import Control, controls_of
from optimage.workflow.curve_chart import curve_over_baseline
from optimage.workflow.which_trend import which_trend

TREND, HISTOGRAM, CURVE = "trend", "histogram", "curve"
KINDS = (TREND, HISTOGRAM, *DERIVED, CURVE)
FORMS = ("pdf", "svg", "png")


@dataclass(frozen=True, slots=True)
class ChartRequest:
    """What a person asks for: one measurement, or two for a trend on two axes, of a device and a period."""

    profile_id: str
    keys: tuple[str, ...]
    kind: str = TREND
    device: str = ""
    item: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    """One trend with everything its chart needs."""

    title: str
    unit: str
    points: tuple[TrendPoint, ...]
    control: Control
    background: Background


def chart_of(store: Store, modules: Mapping[str, PhantomModule], request: ChartRequest) -> ChartSpec:
    """Return the chart of stored results.

    Raises
    ------
    UsageError
        `too_many_keys` for more than two of a trend or more than one of
        another kind; else as `which_trend`.
    """
    most = 2 if request.kind == TREND else 1
    if len(request.keys) > most:
        raise UsageError(
            "too_many_keys",
            N_("a chart of this kind shows at most {most} measurements, not {count}"),
            advice=N_("draw one chart each"),
            most=most,
            count=len(request.keys),
        )
    if request.kind == CURVE:
        return curve_over_baseline(store, request.profile_id, request.keys[0], device=request.device)
    known = [_known(store, modules, request, key) for key in request.keys]
    if request.kind == TREND:
        return _trend(known)
    (one,) = known
    rule = one.control.rule
    if request.kind == HISTOGRAM:
        return histogram_of(one.points, rule, one.background, title=one.title, unit=one.unit)
    return derived_chart(request.kind, one.points, rule, one.background, title=one.title, unit=one.unit)


def draw(spec: ChartSpec, form: str, *, width_mm: float) -> bytes:
    """Return the file of a chart: `pdf` with vectors and embedded fonts, `svg` or `png`."""
    if form == "pdf":
        from optimage.report.pdf_chart import write_chart

        return write_chart(spec, width_mm=width_mm)
    from optimage.plots.chart import draw_chart

    return draw_chart(spec, form, width_mm=width_mm)


def _trend(known: list[_Known]) -> ChartSpec:
    histories = [history_of(one.points, one.control.rule, one.background) for one in known]
    first = known[0]
    lines = histories[0].segments[-1].lines if histories[0].segments else None
    if len(known) == 1:
        spec = control_chart(histories[0], title=first.title, unit=first.unit)
    else:
        titles, units = (first.title, known[1].title), (first.unit, known[1].unit)
        spec = two_axes_chart(histories[0], histories[1], titles=titles, units=units)
    return replace(spec, notes=(*spec.notes, line_values(lines, first.unit))) if lines else spec


def _known(store: Store, modules: Mapping[str, PhantomModule], request: ChartRequest, key: str) -> _Known:
    trend = which_trend(store, request.profile_id, key, device=request.device, item=request.item)
    points = store.results.points(trend)
    controls = controls_of(store, request.profile_id)
    control = controls.of(trend, points)
    background = background_of(control)
    title = _title(controls.profile, modules, key)
    return _Known(
        title=f"{title} ({request.item})" if request.item else title,
        unit=points[-1].unit if points else "",
        points=points,
        control=control,
        background=replace(background, since=request.since, until=request.until),
    )


def _title(profile: Profile, modules: Mapping[str, PhantomModule], key: str) -> str:
    module = modules.get(profile.phantom)
    spec = module.info.measure(key) if module else None
    named = (rule.title for rule in profile.readings if rule.key == key and rule.title)
    return _(spec.title) if spec else next(named, key)
