# SPDX-License-Identifier: LGPL-3.0-or-later
"""The variables that texts of templates can use, each with what it means and where it comes from."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from optimage.document.block import Scope
from optimage.document.measurement import MeasurementContext
from optimage.document.period import PeriodContext
from optimage.document.words import WORDS, day, limits_text, moment, number, unit_text
from optimage.i18n import _
from optimage.messages import N_
from optimage.model.outcome import JudgedMeasurement
from optimage.version import VERSION

LONGEST = 10_000  # characters of one value


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable; `measured` and `period` read it from a context, where it can stand in templates of that scope."""

    name: str
    meaning: str
    example: str
    measured: Callable[[MeasurementContext], Any] | None = None
    period: Callable[[PeriodContext], Any] | None = None

    @property
    def scopes(self) -> frozenset[Scope]:
        """In which templates it can stand."""
        readers = {Scope.MEASUREMENT: self.measured, Scope.PERIOD: self.period}
        return frozenset(scope for scope, read in readers.items() if read)


class ByKey(dict[str, str]):
    """Texts by the key of a measurement; empty for one that was not measured."""

    def __missing__(self, key: str) -> str:
        """Return nothing for what is not there."""
        return ""


def names_in(scopes: Iterable[Scope]) -> tuple[str, ...]:
    """Return the variables that can stand in every one of `scopes`."""
    wanted = frozenset(scopes)
    return tuple(variable.name for variable in VARIABLES if wanted <= variable.scopes)


def values_of(context: MeasurementContext | PeriodContext) -> Mapping[str, Any]:
    """Return the value of every variable; what is not known of this device is empty."""
    if isinstance(context, PeriodContext):
        return {one.name: _short(one.period(context)) for one in VARIABLES if one.period}
    return {one.name: _short(one.measured(context)) for one in VARIABLES if one.measured}


def common(contexts: Iterable[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return what is the same in all, for what stands on every page; empty where they differ."""
    first, *others = contexts
    return {name: value if all(other[name] == value for other in others) else _nothing(value)
            for name, value in first.items()}  # fmt: skip


def _nothing(value: object) -> object:
    return ByKey() if isinstance(value, ByKey) else ""


def _short(value: Any) -> Any:
    if isinstance(value, ByKey):
        return ByKey({key: text[:LONGEST] for key, text in value.items()})
    return str(value or "")[:LONGEST]


def _named(name: str) -> Callable[[PeriodContext], str]:
    return lambda context: context.names.get(name, "")


def _site(context: MeasurementContext) -> str:
    return (context.profile.site if context.profile else "") or context.result.acquisition.institution


def _profile(context: MeasurementContext) -> str:
    told = context.result.profile.title if context.result.profile else ""
    return told or (context.profile.title if context.profile else "")


def _phantom_serial(context: MeasurementContext) -> str:
    return context.result.provenance.phantom_serial or (context.profile.phantom_serial if context.profile else "")


def _told(context: MeasurementContext, write: Callable[[JudgedMeasurement], str]) -> ByKey:
    listed = (*context.summaries, *context.readings, *context.recorded)
    return ByKey({judged.measurement.key: write(judged) for judged in listed})


def _limits(judged: JudgedMeasurement) -> str:
    return " ".join(limits_text(judged.judgement.limits, judged.measurement.unit))


def _last_day(context: PeriodContext) -> str:
    end = context.period.end
    return day(end - timedelta(microseconds=1), context.period.zone) if end else ""


def _day(at: datetime | None, context: PeriodContext) -> str:
    return day(at, context.period.zone) if at else ""


VARIABLES = (
    Variable("site", N_("name of the site, from the profile or else the images"), "St. Elsewhere", _site,
             _named("site")),
    Variable("device", N_("what the device is called"), "CT 2", lambda c: c.result.acquisition.device.title,
             _named("device")),
    Variable("serial", N_("serial number of the device"), "SN-42", lambda c: c.result.acquisition.device.serial),
    Variable("station", N_("station name of the device"), "CTAWP01", lambda c: c.result.acquisition.device.station),
    Variable("profile", N_("title of the profile"), "CT 2, monthly", _profile, _named("profile")),
    Variable("phantom", N_("title of the phantom module"), "CT water phantom", lambda c: c.phantom_title),
    Variable("phantom_serial", N_("serial number of the phantom"), "P-7", _phantom_serial),
    Variable("acquired", N_("when the images were taken"), "2026-11-25 03:00:00 UTC",
             lambda c: moment(c.result.acquisition.at) if c.result.acquisition.at else ""),
    Variable("result", N_("number of the result"), "12", lambda c: c.result.id),
    Variable("verdict", N_("overall verdict as a word of the language"), "pass",
             lambda c: _(WORDS[c.result.verdict])),
    Variable("state", N_("overall verdict for conditions: pass, warning, fail, not_judged or not_measured"), "pass",
             lambda c: c.result.verdict.value),
    Variable("values", N_("value of a measurement, by its key"), 'values["noise"]',
             lambda c: _told(c, lambda j: number(j.measurement.value, j.measurement.unit))),
    Variable("units", N_("unit of a measurement, by its key"), 'units["noise"]',
             lambda c: _told(c, lambda j: unit_text(j.measurement.unit))),
    Variable("limits", N_("limits of a measurement, by its key"), 'limits["noise"]', lambda c: _told(c, _limits)),
    Variable("verdicts", N_("verdict on a measurement, by its key"), 'verdicts["noise"]',
             lambda c: _told(c, lambda j: _(WORDS[j.judgement.verdict]))),
    Variable("title", N_("what the template calls the report"), "Report on the year",
             None, lambda c: c.title),
    Variable("parameter", N_("what was chosen to be reported over time"), "Noise", None, _named("parameter")),
    Variable("begin", N_("first day of the period"), "2026-01-01", None, lambda c: _day(c.period.begin, c)),
    Variable("end", N_("last day of the period"), "2026-12-31", None, _last_day),
    Variable("today", N_("day on which the report is made"), "2027-01-04", None, lambda c: _day(c.now, c)),
    Variable("operator", N_("who measured, or who makes the report"), "anna",
             lambda c: c.result.provenance.operator, lambda c: c.operator),
    Variable("software", N_("program and version"), "Optimage 1.0",
             lambda c: f"Optimage {c.result.provenance.software_version}", lambda _c: f"Optimage {VERSION}"),
)  # fmt: skip
