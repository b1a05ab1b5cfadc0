# SPDX-License-Identifier: LGPL-3.0-or-later
"""Parameters of a module: defaults filled in, texts converted, mistakes named."""

from collections.abc import Mapping
from difflib import get_close_matches
from math import isfinite

from optimage.errors import UsageError
from optimage.messages import N_
from optimage.model.phantom import Parameters, ParameterSpec, ParameterValue, PhantomInfo

ALLOW_LOSSY = "allow_lossy"
COMMON_PARAMETERS = (
    ParameterSpec(ALLOW_LOSSY, bool, default=False, help=N_("measure images that were compressed with loss")),
)
"""Parameters that every module has and the workflow handles."""

TRUTH = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}


def check_parameters(info: PhantomInfo, given: Mapping[str, ParameterValue]) -> Parameters:
    """Return every parameter of a module by name, its type and range checked.

    Parameters
    ----------
    info : PhantomInfo
        The card of the module.
    given : mapping of str to value or text
        What differs from the defaults; texts (of a command line) are converted.

    Raises
    ------
    UsageError
        `unknown_parameter` or `invalid_parameter`, at the first mistake.
    """
    specs = {spec.name: spec for spec in (*info.parameters, *COMMON_PARAMETERS)}
    for name in given:
        if name not in specs:
            raise _unknown(info.id, name, tuple(specs))
    return {name: _checked(spec, given[name]) if name in given else spec.default for name, spec in specs.items()}


def _checked(spec: ParameterSpec, given: ParameterValue) -> ParameterValue:
    value = _converted(spec, given)
    if spec.choices and str(value) not in spec.choices:
        raise UsageError(
            "invalid_parameter",
            N_("parameter {name}: need one of {choices}, got {value}"),
            name=spec.name,
            choices=", ".join(spec.choices),
            value=str(given),
        )
    if isinstance(value, (int, float)) and not _in_range(spec, value):
        raise UsageError(
            "invalid_parameter",
            N_("parameter {name}: need {wanted}, got {value}"),
            name=spec.name,
            wanted=_wanted_range(spec),
            value=str(given),
        )
    return value


def _converted(spec: ParameterSpec, given: ParameterValue) -> ParameterValue:
    if spec.type is str and isinstance(given, str):
        return given
    if spec.type is bool:
        if isinstance(given, bool):
            return given
        truth = TRUTH.get(str(given).strip().lower()) if isinstance(given, str) else None
        if truth is not None:
            return truth
    elif spec.type is not str and not isinstance(given, bool):
        number = _number(spec.type, given)
        if number is not None:
            return number
    raise UsageError("invalid_parameter", MISTYPED[spec.type], name=spec.name, value=str(given))


MISTYPED = {
    bool: N_("parameter {name}: need true or false, got {value}"),
    int: N_("parameter {name}: need a whole number, got {value}"),
    float: N_("parameter {name}: need a number, got {value}"),
    str: N_("parameter {name}: need text, got {value}"),
}


def _number(kind: type, given: float | str) -> int | float | None:
    try:
        number = float(given)
        if not isfinite(number) or (kind is int and not number.is_integer()):
            return None
        return int(given) if kind is int else number
    except ValueError:
        return None


def _in_range(spec: ParameterSpec, value: float) -> bool:
    return (spec.minimum is None or value >= spec.minimum) and (spec.maximum is None or value <= spec.maximum)


def _wanted_range(spec: ParameterSpec) -> str:
    if spec.minimum is None:
        return f"<= {spec.maximum:g}"
    return f">= {spec.minimum:g}" if spec.maximum is None else f"{spec.minimum:g} … {spec.maximum:g}"


def _unknown(module: str, name: str, known: tuple[str, ...]) -> UsageError:
    near = get_close_matches(name, known, n=1)
    return UsageError(
        "unknown_parameter",
        N_("the module {module} has no parameter {name}"),
        advice=N_("did you mean {near}?") if near else N_("it has: {known}"),
        module=module,
        name=name,
        near=near[0] if near else "",
        known=", ".join(known),
    )
