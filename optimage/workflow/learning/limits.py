# SPDX-License-Identifier: LGPL-3.0-or-later
"""Measured values -> proposed tolerances: from their spread, never wider than what is shipped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from math import isfinite

from optimage.i18n import _, ngettext, say
from optimage.judge import limits_of
from optimage.messages import N_, Message
from optimage.model.phantom import MeasurementSpec
from optimage.model.results import Measurement
from optimage.model.tolerance import Band, Tolerance
from optimage.model.units import digits
from optimage.workflow.learning.acquisitions import Acquired
from optimage.workflow.learning.rounding import rounded_down, rounded_like, rounded_up
from optimage.workflow.learning.shipped import Shipped
from optimage.workflow.learning.spread import Spread, spread_of

FIGURES = 3
GAVE = N_("{count} acquisitions gave {mean} ± {sd} {unit} (mean, standard deviation)")
ONE_GAVE = N_("one acquisition gave {mean} {unit}")
SHIPPED_IS_NARROWER = N_("the spread would allow more than the shipped limits, so these stand")
OUTSIDE = N_("the mean lies outside the shipped limits: look at the device before applying this")
ABSENT = N_("{key}: not measured in these images, so without limits")
NOT_ALWAYS = N_("{key}: measured in {found} of {count} acquisitions; decide")
NO_SPREAD = N_("{key}: the acquisitions say nothing of its scatter; decide")


class Origin(StrEnum):
    """Where limits came from."""

    SPREAD = "spread"
    SHIPPED = "shipped"
    UNDECIDED = "undecided"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Proposal:
    """Limits for one measurement, or why there are none.

    `remarks` stand under the heading of the limits; without limits they
    are the whole entry, with a table to fill in.
    """

    key: str
    origin: Origin
    tolerance: Tolerance | None = None
    remarks: tuple[str, ...] = ()


def propose(spec: MeasurementSpec, acquired: Sequence[Acquired], shipped: Mapping[str, Shipped]) -> Proposal:
    """Propose limits for one measurement of a module."""
    found = [m for one in acquired if (m := one.summaries.get(spec.key)) is not None and isfinite(m.value)]
    if not found:
        return Proposal(spec.key, Origin.ABSENT, remarks=(say(Message(ABSENT, {"key": spec.key})),))
    if len(found) < len(acquired):
        remark = Message(NOT_ALWAYS, {"key": spec.key, "found": len(found), "count": len(acquired)})
        return Proposal(spec.key, Origin.UNDECIDED, remarks=(say(remark),))
    spread = _spread(spec, found)
    known = shipped.get(spec.key)
    if spread.n == 1 or not spread.sigma:
        return _without_spread(spec, spread, known)
    learnt = _learnt(spread, source_of(acquired))
    return _inside(spec, spread, learnt, known) if known else Proposal(spec.key, Origin.SPREAD, learnt)


def source_of(acquired: Sequence[Acquired]) -> str:
    """Return what limits learnt from these acquisitions give as their source: how many, from when to when."""
    days, count = days_of(acquired), len(acquired)
    told = ngettext("{count} acquisition", "{count} acquisitions", count).format(count=count)
    if not days:
        return told
    if days[0] == days[-1]:
        return f"{told} {days[0]}"
    return _("{acquisitions} {first} to {last}").format(acquisitions=told, first=days[0], last=days[-1])


def days_of(acquired: Sequence[Acquired]) -> tuple[str, ...]:
    """Return the local days of the acquisitions, in order; those without a date are left out."""
    moments: list[datetime] = [one.acquisition.at for one in acquired if one.acquisition.at is not None]
    return tuple(sorted({f"{at.astimezone():%Y-%m-%d}" for at in moments}))


def _spread(spec: MeasurementSpec, found: Sequence[Measurement]) -> Spread:
    values, uncertainties = [m.value for m in found], [m.uncertainty for m in found]
    return spread_of(values, uncertainties, resolution=10.0 ** -digits(spec.unit))


def _learnt(spread: Spread, source: str) -> Band:
    warning, fail = (rounded_up(width, FIGURES) for width in spread.widths)
    return Band(rounded_like(spread.mean, warning, FIGURES), warning, fail, source=source)


def _inside(spec: MeasurementSpec, spread: Spread, learnt: Band, known: Shipped) -> Proposal:
    """Keep limits inside the shipped ones; where even the warning limits do not fit, the shipped ones stand."""
    limits = limits_of(known.tolerance)
    warning_room = min(learnt.reference - limits.warning_low, limits.warning_high - learnt.reference)
    fail_room = min(learnt.reference - limits.fail_low, limits.fail_high - learnt.reference)
    if learnt.warning > min(warning_room, fail_room):
        reason = OUTSIDE if fail_room < 0 else SHIPPED_IS_NARROWER
        return _as_shipped(spec, known, (_gave(spec, spread), _(reason)))
    if learnt.fail <= fail_room:
        return Proposal(spec.key, Origin.SPREAD, learnt)
    fail = max(rounded_down(fail_room, FIGURES), learnt.warning)
    source = _("{own}; fail limit: {shipped}").format(own=learnt.source, shipped=_source(known))
    verified = known.tolerance.verified
    return Proposal(spec.key, Origin.SPREAD, replace(learnt, fail=fail, source=source, verified=verified))


def _without_spread(spec: MeasurementSpec, spread: Spread, known: Shipped | None) -> Proposal:
    if known is not None:
        return _as_shipped(spec, known, (_gave(spec, spread),))
    remarks = (say(Message(NO_SPREAD, {"key": spec.key})), _gave(spec, spread))
    table = (f"[tolerances.{spec.key}]", f"reference = {_figure(spec, spread.mean)}", "warning =", "fail =")
    return Proposal(spec.key, Origin.UNDECIDED, remarks=(*remarks, *table))


def _as_shipped(spec: MeasurementSpec, known: Shipped, remarks: tuple[str, ...]) -> Proposal:
    return Proposal(spec.key, Origin.SHIPPED, replace(known.tolerance, source=_source(known)), remarks)


def _source(known: Shipped) -> str:
    template = _("shipped with {profile}: {source}")
    return template.format(profile=known.profile_id, source=known.tolerance.source)


def _gave(spec: MeasurementSpec, spread: Spread) -> str:
    values = {"mean": _figure(spec, spread.mean), "unit": spec.unit}
    if spread.n == 1:
        return say(Message(ONE_GAVE, values))
    return say(Message(GAVE, {**values, "count": spread.n, "sd": _figure(spec, spread.s)}))


def _figure(spec: MeasurementSpec, value: float) -> str:
    return f"{value:.{digits(spec.unit)}f}"
