# SPDX-License-Identifier: LGPL-3.0-or-later
"""What a person typed, checked: numbers that can be meant, of readings that the profile has."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import inf, isfinite, isinf, nan

from optimage.errors import UsageError
from optimage.messages import N_
from optimage.model.outcome import Reading, Result
from optimage.model.profile import ReadingRule

NUMBER = re.compile(r"[+-]?([0-9]+([.,][0-9]*)?|[.,][0-9]+)([eE][+-]?[0-9]+)?")
THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")


@dataclass(frozen=True, slots=True)
class Entries:
    """What a person typed: values and standard uncertainties by key, and a remark."""

    values: Mapping[str, str]
    uncertainties: Mapping[str, str] = field(default_factory=dict)
    text: str = ""


def readings_of(entries: Entries, rules: Sequence[ReadingRule], *, operator: str, at: datetime) -> tuple[Reading, ...]:
    """Return what was typed as values, or raise UsageError for the first that cannot be meant."""
    known = {rule.key: rule for rule in rules}
    for key in entries.uncertainties:
        if key not in entries.values:
            raise UsageError(
                "uncertainty_without_reading",
                N_("there is an uncertainty of {key}, and no value"),
                advice=N_("enter value and uncertainty together"),
                key=key,
            )
    readings = []
    for key, text in entries.values.items():
        if key not in known:
            raise UsageError(
                "unknown_reading",
                N_("the profile has no reading {key}"),
                advice=N_("choose one of {known}, or add it to [readings] of the profile"),
                key=key,
                known=", ".join(known) or "–",
            )
        value = _plausible(parse_number(text), known[key])
        uncertainty = _uncertainty(entries.uncertainties.get(key), key)
        readings.append(Reading(key, value, known[key].unit, uncertainty, operator, at, entries.text))
    return tuple(readings)


def parse_number(text: str) -> float:
    """Return a number written with a decimal point, or with a decimal comma that cannot separate thousands."""
    written = text.strip()
    if THOUSANDS.fullmatch(written):
        raise UsageError(
            "ambiguous_number",
            N_("{text} can mean {large} or {small}"),
            advice=N_("write it without separator of thousands, and with a decimal point"),
            text=written,
            large=written.replace(",", ""),
            small=written.replace(",", "."),
        )
    value = float(written.replace(",", ".")) if NUMBER.fullmatch(written) else nan
    if not isfinite(value):
        raise UsageError(
            "no_number",
            N_("{text} is no number"),
            advice=N_("write the number alone, without unit, for example 2.5"),
            text=text,
        )
    return value


def refuse_measured(entries: Entries, result: Result, rules: Sequence[ReadingRule]) -> None:
    """Raise UsageError `measured_reading` for a value that the result has already, and not from a person."""
    open_keys = {rule.key for rule in rules}
    for key in entries.values:
        if key not in open_keys and result.find(key) is not None:
            raise UsageError(
                "measured_reading",
                N_("{key} comes from the images and cannot be entered"),
                advice=N_("comment or reject the result where you doubt it"),
                key=key,
            )


def _plausible(value: float, rule: ReadingRule) -> float:
    low = -inf if rule.minimum is None else rule.minimum
    high = inf if rule.maximum is None else rule.maximum
    if not low <= value <= high:
        raise UsageError(
            "implausible_reading",
            N_("{key} = {value:g} {unit} is not plausible: the profile allows {range}"),
            advice=N_("look at the decimal mark and the unit; the range is in [readings] of the profile"),
            key=rule.key,
            value=value,
            unit=rule.unit,
            range=_range(low, high),
        )
    return value


def _range(low: float, high: float) -> str:
    if isinf(high):
        return f"≥ {low:g}"
    return f"≤ {high:g}" if isinf(low) else f"{low:g} … {high:g}"


def _uncertainty(text: str | None, key: str) -> float:
    if text is None:
        return nan
    value = parse_number(text)
    if value < 0:
        raise UsageError(
            "implausible_uncertainty",
            N_("the uncertainty of {key} is negative"),
            advice=N_("enter the standard uncertainty (k = 1) in the unit of the value"),
            key=key,
        )
    return value
