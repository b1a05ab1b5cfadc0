# SPDX-License-Identifier: LGPL-3.0-or-later
"""One attribute against one condition: what fits, and how both are shown."""

import re
from functools import cache
from math import isclose, isfinite

from optimage.model.images import HeaderValue, Scalar
from optimage.model.profile import Between, Condition, Equals, Matches, Near

LONGEST_TEXT = 128  # characters of an attribute that a regular expression looks at, so that no header can stall it
SAME_NUMBER = 1e-6  # relative; attributes of VR FL carry 24 bits, so 0.1 comes as 0.10000000149


def fits(value: HeaderValue, condition: Condition) -> bool:
    """Whether an attribute that is there fulfils a condition."""
    match condition:
        case Near(wanted, within):
            return _all_within(value, wanted - within, wanted + within)
        case Between(low, high):
            return _all_within(value, low, high)
        case Matches(pattern):
            return _compiled(pattern).search(shown(value)[:LONGEST_TEXT]) is not None
        case Equals(values):
            return _equals(value, values)


def expected_text(condition: Condition) -> str:
    """Return what a condition asks for, in signs that need no translation."""
    match condition:
        case Near(value, within):
            return f"{_digits(value)} ± {_digits(within)}"
        case Between(low, high):
            return f"{_digits(low)} … {_digits(high)}"
        case Matches(pattern):
            return f"/{pattern}/"
        case Equals(values):
            return " | ".join(shown(value) for value in values)


def shown(value: HeaderValue | None) -> str:
    """Return an attribute as people read it, components parted by backslashes; empty where it is absent."""
    return "\\".join(_digits(part) if isinstance(part, float) else str(part).strip() for part in components_of(value))


def components_of(value: HeaderValue | None) -> tuple[Scalar, ...]:
    """Return the components of an attribute, at least one: an empty text where it is absent or empty."""
    if isinstance(value, tuple):
        return value or ("",)
    return ("",) if value is None else (value,)


def number_of(value: Scalar) -> float | None:
    """Return the finite number that a component is, None where it is none."""
    try:
        number = float(value)
    except ValueError:
        return None
    return number if isfinite(number) else None


def _digits(number: float) -> str:
    return f"{number:.10g}"


def _equals(value: HeaderValue, wanted: tuple[str | float, ...]) -> bool:
    """One of `wanted` is the whole value; or, of several components, all `wanted` are among them."""
    components = components_of(value)
    if len(components) == 1:
        return any(_same(components[0], one) for one in wanted)
    if any(_same(shown(value), one) for one in wanted):
        return True
    return all(any(_same(component, one) for component in components) for one in wanted)


def _same(found: Scalar, wanted: Scalar) -> bool:
    """Texts as texts, so that serial number 007 is not 7; as numbers as soon as one of both is a number."""
    if isinstance(found, str) and isinstance(wanted, str):
        return found.strip().casefold() == wanted.strip().casefold()
    numbers = number_of(found), number_of(wanted)
    return None not in numbers and isclose(*numbers, rel_tol=SAME_NUMBER)  # type: ignore[arg-type]


def _all_within(value: HeaderValue, low: float, high: float) -> bool:
    slack = SAME_NUMBER * max(abs(low), abs(high))
    numbers = [number_of(component) for component in components_of(value)]
    return all(number is not None and low - slack <= number <= high + slack for number in numbers)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
