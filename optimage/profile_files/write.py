# SPDX-License-Identifier: LGPL-3.0-or-later
"""Profile -> commented TOML that people read, change and apply."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING, Any

from optimage.model.control_rule import ControlRule
from optimage.model.profile import (
    Between,
    Condition,
    InputRule,
    Matches,
    MatchRule,
    Near,
    Profile,
    ReadingRule,
)
from optimage.model.tolerance import Band, Bound, Tolerance

if TYPE_CHECKING:
    from tomlkit import TOMLDocument
    from tomlkit.items import InlineTable, Table

HEAD = ("id", "title", "site", "device", "phantom", "phantom_serial", "schedule")
WHOLE_NUMBERS_UP_TO = 1e15  # above, a float no longer holds every whole number


@dataclass(frozen=True, slots=True)
class Remarks:
    """Comments of the file, line by line, in the language of whoever reads it.

    Attributes
    ----------
    top : sequence of str
        Before everything.
    head : sequence of str
        After the phantom.
    sections : mapping of str to sequence of str
        At the end of `match`, `record` and `tolerances`.
    tolerances : mapping of str to sequence of str
        Under the heading of one measurement that has limits.
    """

    top: Sequence[str] = ()
    head: Sequence[str] = ()
    sections: Mapping[str, Sequence[str]] = field(default_factory=dict)
    tolerances: Mapping[str, Sequence[str]] = field(default_factory=dict)


def write_profile(profile: Profile, remarks: Remarks | None = None) -> str:
    """Return the text of a profile file.

    Reading it again gives an equal profile. What is left at its default
    does not appear; texts come from anywhere, so they are escaped.
    """
    import tomlkit

    remarks = remarks or Remarks()
    document = tomlkit.document()
    _comment(document, (*remarks.top, ""))
    _head(document, profile, remarks.head)
    match = {rule.keyword: _rule(rule, required=False) for rule in profile.match}
    record = {rule.keyword: _inline({"unit": rule.unit}) for rule in profile.record}
    _section(document, "match", match, remarks.sections.get("match", ()))
    _nested(document, "inputs", {rule.role: _input(rule) for rule in profile.inputs}, {}, ())
    _section(document, "parameters", dict(profile.parameters), ())
    _section(document, "record", record, remarks.sections.get("record", ()))
    _section(document, "readings", {rule.key: _inline(_reading(rule)) for rule in profile.readings}, ())
    tolerances = {key: _tolerance(tolerance) for key, tolerance in profile.tolerances.items()}
    _nested(document, "tolerances", tolerances, remarks.tolerances, remarks.sections.get("tolerances", ()))
    _section(document, "control", _control(profile), ())
    return tomlkit.dumps(document)


def plain_line(text: str) -> str:
    """Return `text` as one line of signs that can be seen, so that it cannot leave its comment."""
    return "".join(c if _is_harmless(c) else c.encode("unicode_escape", "surrogatepass").decode() for c in text)


def _is_harmless(sign: str) -> bool:
    """Whether a sign can stand in a comment; to Python the no-break space of French is not printable."""
    return sign.isprintable() or sign == "\u00a0"


def _head(document: "TOMLDocument", profile: Profile, remarks: Sequence[str]) -> None:
    for name in HEAD:
        if getattr(profile, name):
            document.add(name, getattr(profile, name))
        if name == "phantom":
            _comment(document, remarks)
    if profile.report != Profile.__dataclass_fields__["report"].default:
        document.add("report", profile.report)
    if profile.quiet_period_s is not None:
        document.add("quiet_period_s", _number(profile.quiet_period_s))
    if profile.beside:
        document.add("beside", profile.beside)


def _section(document: "TOMLDocument", name: str, entries: Mapping[str, Any], remarks: Sequence[str]) -> None:
    import tomlkit

    if not entries and not remarks:
        return
    table = tomlkit.table()
    for key, value in entries.items():
        table.add(key, value)
    _comment(table, remarks)
    document.add(tomlkit.nl())
    document.add(name, table)


def _nested(
    document: "TOMLDocument",
    name: str,
    entries: Mapping[str, Mapping[str, Any]],
    heads: Mapping[str, Sequence[str]],
    remarks: Sequence[str],
) -> None:
    """Add `[name.key]` for every entry, and remarks behind the last."""
    import tomlkit

    outer = tomlkit.table(is_super_table=bool(entries))
    last = next(reversed(tuple(entries)), None)
    for key, values in entries.items():
        table = tomlkit.table()
        _comment(table, heads.get(key, ()))
        for part, value in values.items():
            table.add(part, value)
        if key == last:
            _comment(table, ("", *remarks) if remarks else ())
        else:
            table.add(tomlkit.nl())
        outer.add(key, table)
    if not entries:
        _comment(outer, remarks)
    if entries or remarks:
        document.add(tomlkit.nl())
        document.add(name, outer)


def _comment(container: "TOMLDocument | Table", lines: Sequence[str]) -> None:
    import tomlkit

    for line in lines:
        container.add(tomlkit.comment(plain_line(line)) if line else tomlkit.nl())


def _input(rule: InputRule) -> dict[str, Any]:
    entry: dict[str, Any] = {"min": rule.minimum}
    if rule.maximum is not None:
        entry["max"] = rule.maximum
    entry["same"] = list(rule.same)
    if rule.within_s is not None:
        entry["within"] = _number(rule.within_s)
    if rule.acquired_within_s is not None:
        entry["acquired_within"] = _number(rule.acquired_within_s)
    if rule.match:
        entry["match"] = _inline({one.keyword: _rule(one, required=True) for one in rule.match})
    return entry


def _rule(rule: MatchRule, *, required: bool) -> "InlineTable":
    """Return the inline table; `required` is what the file means where it says nothing."""
    entries = _condition(rule.condition)
    if rule.required != required:
        entries["required"] = rule.required
    return _inline(entries)


def _condition(condition: Condition) -> dict[str, Any]:
    if isinstance(condition, Near):
        return {"near": _number(condition.value), "within": _number(condition.within)}
    if isinstance(condition, Between):
        return {"between": [_number(condition.low), _number(condition.high)]}
    if isinstance(condition, Matches):
        return {"matches": condition.pattern}
    values = [value if isinstance(value, str) else _number(value) for value in condition.values]
    return {"equals": values[0] if len(values) == 1 else values}


def _reading(rule: ReadingRule) -> dict[str, Any]:
    bounds = {"minimum": rule.minimum, "maximum": rule.maximum}
    entry: dict[str, Any] = {"unit": rule.unit} | ({"title": rule.title} if rule.title else {})
    entry |= {name: _number(bound) for name, bound in bounds.items() if bound is not None}
    return entry | ({"required": True} if rule.required else {}) | ({"help": rule.help} if rule.help else {})


def _tolerance(tolerance: Tolerance) -> dict[str, Any]:
    if isinstance(tolerance, Bound):
        entry = {} if tolerance.reference is None else {"reference": _number(tolerance.reference)}
        entry["at_most" if tolerance.upper else "at_least"] = _bound(tolerance)
    else:
        entry = _band(tolerance)
    return entry | {"source": tolerance.source, "verified": tolerance.verified}


def _band(band: Band) -> dict[str, Any]:
    widths = {"warning": band.warning, "fail": band.fail}
    entry: dict[str, Any] = {"reference": _number(band.reference)}
    entry |= {name: _percent(w) if band.relative else _number(w) for name, w in widths.items() if isfinite(w)}
    return entry | ({"floor": _number(band.floor)} if band.floor else {})


def _bound(bound: Bound) -> Any:
    limits = {"warning": bound.warning, "fail": bound.fail}
    return _inline({name: _number(limit) for name, limit in limits.items() if isfinite(limit)})


def _control(profile: Profile) -> dict[str, Any]:
    entries = _changed(profile.control, ControlRule())
    keys = {key: _inline(_changed(rule, profile.control)) for key, rule in profile.control_of_keys.items()}
    return entries | ({"keys": _inline(keys)} if keys else {})


def _changed(rule: ControlRule, usual: ControlRule) -> dict[str, Any]:
    """Return what differs from the usual rule, in the form of the file."""
    changed = {f.name: getattr(rule, f.name) for f in fields(rule) if getattr(rule, f.name) != getattr(usual, f.name)}
    return {name: _entry(value) for name, value in changed.items()}


def _entry(value: Any) -> Any:
    if isinstance(value, float):
        return _number(value)
    return list(value) if isinstance(value, tuple) else value if isinstance(value, int) else str(value)


def _inline(entries: Mapping[str, Any]) -> "InlineTable":
    import tomlkit

    table = tomlkit.inline_table()
    for key, value in entries.items():
        table.append(key, value)
    return table


def _number(value: float) -> float:
    """Return a whole number without its `.0`, as people write it."""
    return int(value) if float(value).is_integer() and abs(value) < WHOLE_NUMBERS_UP_TO else float(value)


def _percent(fraction: float) -> str:
    return f"{(Decimal(repr(fraction)) * 100).normalize():f} %"
