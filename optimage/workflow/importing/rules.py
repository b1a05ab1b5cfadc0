# SPDX-License-Identifier: LGPL-3.0-or-later
"""Whether a mapping of older results fits a profile: its measurements, their units, methods and ranges."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from optimage.messages import N_, Message, Value
from optimage.model.phantom import PhantomInfo
from optimage.model.profile import READING_METHOD, RECORDED_METHOD, Profile, ReadingRule
from optimage.profile_files.problems import Problem, Source, problem, unknown
from optimage.store.engine import Store

if TYPE_CHECKING:
    from optimage.history.records import Record
    from optimage.profile_files.mapping import LoadedMapping
    from optimage.profile_files.mapping_tables import MappingTable, ValueTable

OWN = re.compile(r"imported[a-z0-9_]*@[0-9]+")


@dataclass(frozen=True, slots=True)
class Promise:
    """What a profile expects of a measurement: the unit, and the methods that its values have been measured by."""

    unit: str
    methods: tuple[str, ...]


def promises_of(store: Store, profile: Profile, info: PhantomInfo | None) -> Mapping[str, Promise]:
    """Return what can be imported: what the module measures, what the header records, and what a person reads."""
    used: dict[str, dict[str, None]] = {}
    for trend in store.results.trends(profile.id):
        if not trend.item and trend.method:
            used.setdefault(trend.key, {})[trend.method] = None
    of_module = {
        spec.key: Promise(str(spec.unit), tuple({**used.get(spec.key, {}), spec.method: None}))
        for spec in (info.measures if info else ())
    }
    recorded = {rule.keyword: Promise(rule.unit, (RECORDED_METHOD,)) for rule in profile.record}
    read = {rule.key: Promise(rule.unit, (READING_METHOD,)) for rule in profile.readings}
    return {**recorded, **read, **of_module}


def method_of(rule: "ValueTable", promise: Promise) -> str:
    """Return the method of a measurement: as the mapping says, else the one that goes without saying."""
    return rule.method or promise.methods[0]


def wrong_rules(loaded: "LoadedMapping", promises: Mapping[str, Promise]) -> Iterator[Problem]:
    """Yield what the mapping says of measurements that the profile knows otherwise."""
    for key, rule in loaded.table.values.items():
        if key not in promises:
            yield unknown(loaded.source, ("values", key), tuple(promises))
        else:
            yield from _wrong_rule(loaded.source, key, rule, promises[key])


def _wrong_rule(source: Source, key: str, rule: "ValueTable", promise: Promise) -> Iterator[Problem]:
    if rule.unit != promise.unit:
        template = N_("{where}: this is measured in {unit}, not in {given}; factor turns one into the other")
        yield problem(source, ("values", key, "unit"), template, unit=promise.unit, given=rule.unit)
    goes_without_saying = promise.methods[0] in (RECORDED_METHOD, READING_METHOD)
    if not rule.method and not goes_without_saying:
        template = N_(
            '{where}: say whether these values can be compared: method = "{methods}" continues the trend of the '
            'profile, method = "imported@1" begins one of their own'
        )
        yield problem(source, ("values", key), template, methods='" or "'.join(promise.methods))
    elif rule.method and rule.method not in promise.methods and not OWN.fullmatch(rule.method):
        template = N_(
            "{where}: nothing was measured by {method}; known: {known}, and imported@1 for a trend of its own"
        )
        place = ("values", key, "method")
        yield problem(source, place, template, method=rule.method, known=", ".join(promise.methods))


def implausible(name: str, record: "Record", mapping: "MappingTable", profile: Profile) -> Iterator[Problem]:
    """Yield the values of a row of the file `name` that a reading of the profile excludes."""
    for rule in profile.readings:
        given = record.values.get(rule.key)
        if given is not None and not _is_plausible(given.value, rule):
            where = f"{name}:{record.line}: {mapping.values[rule.key].column}"
            told: dict[str, Value] = {"where": where, "key": rule.key, "value": given.value, "unit": rule.unit}
            template = N_("{where}: {key} = {value:g} {unit} is not plausible for [readings] of the profile")
            yield Problem(record.line, Message(template, told))


def _is_plausible(value: float, rule: ReadingRule) -> bool:
    return (rule.minimum is None or rule.minimum <= value) and (rule.maximum is None or value <= rule.maximum)
