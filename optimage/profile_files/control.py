# SPDX-License-Identifier: LGPL-3.0-or-later
"""`[control]` of a profile file: statistics of all measurements, and of single ones where they differ."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Annotated, Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from optimage.messages import N_
from optimage.model.control_rule import RULES, ControlRule, Repeats, Spread
from optimage.profile_files.tables import Table, wrong

NEED_SIGMAS = N_("{where}: need 0 < control_sigma <= alarm_sigma, got {control} and {alarm}")
NEED_STEPS = N_("{where}: need 0 < control_steps <= alarm_steps, got {control} and {alarm}")
NEED_POINTS = N_("{where}: need 2 <= provisional_points <= full_points, got {provisional} and {full}")
NEED_RULES = N_("{where}: {rule} is no rule; choose from {choices}")
NEED_ODD = N_("{where}: the moving average needs an odd number of points, got {number}")

FORMS: Mapping[str, Callable[[Any], Any]] = {"spread": Spread, "repeats": Repeats, "rules": tuple}
Positive = Annotated[float, Field(gt=0)]
Weight = Annotated[float, Field(gt=0, le=1)]


class ControlEntries(Table):
    """What may be set for all measurements and for single ones; what is not set follows the others."""

    control_sigma: float | None = None
    alarm_sigma: float | None = None
    provisional_points: int | None = None
    full_points: int | None = None
    spread: Literal["sd", "moving_range", "log", "quantiles", "steps"] | None = None
    rules: list[str] | None = None
    control_steps: float | None = None
    alarm_steps: float | None = None
    ewma_weight: Weight | None = None
    ewma_limit: Positive | None = None
    cusum_slack: Positive | None = None
    cusum_limit: Positive | None = None
    moving_average: int | None = None
    repeats: Literal["last", "mean", "all"] | None = None
    longest_gap: Positive | None = None

    @field_validator("rules")
    @classmethod
    def _rules(cls, value: list[str] | None) -> list[str] | None:
        for rule in value or ():
            if rule not in RULES:
                raise wrong(NEED_RULES, rule=rule, choices=", ".join(RULES))
        return value

    @field_validator("moving_average")
    @classmethod
    def _odd(cls, value: int | None) -> int | None:
        if value is not None and (value < 1 or value % 2 == 0):
            raise wrong(NEED_ODD, number=value)
        return value

    def over(self, rule: ControlRule) -> ControlRule:
        """Return `rule` with what is set here."""
        entries = {name: getattr(self, name) for name in asdict(rule) if getattr(self, name) is not None}
        changed: dict[str, Any] = {name: FORMS.get(name, _same)(value) for name, value in entries.items()}
        return replace(rule, **changed)


class ControlTable(ControlEntries):
    """`[control]`, with `[control.keys.KEY]` for what is otherwise there."""

    keys: dict[str, ControlEntries] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _order(self) -> Self:
        for rule in (self.rule(), *self.rules_of_keys().values()):
            _check(rule)
        return self

    def rule(self) -> ControlRule:
        """Return the rule of all measurements that have none of their own."""
        return self.over(ControlRule())

    def rules_of_keys(self) -> Mapping[str, ControlRule]:
        """Return the rules of single measurements."""
        return {key: entries.over(self.rule()) for key, entries in self.keys.items()}


def _check(rule: ControlRule) -> None:
    if not 0 < rule.control_sigma <= rule.alarm_sigma:
        raise wrong(NEED_SIGMAS, control=rule.control_sigma, alarm=rule.alarm_sigma)
    if not 0 < rule.control_steps <= rule.alarm_steps:
        raise wrong(NEED_STEPS, control=rule.control_steps, alarm=rule.alarm_steps)
    if not 2 <= rule.provisional_points <= rule.full_points:
        raise wrong(NEED_POINTS, provisional=rule.provisional_points, full=rule.full_points)


def _same(value: Any) -> Any:
    return value
