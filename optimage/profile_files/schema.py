# SPDX-License-Identifier: LGPL-3.0-or-later
"""The tables of a profile file; each checks itself and becomes a value of the model."""

from math import inf
from typing import Annotated, Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from optimage.messages import N_
from optimage.model.phantom import ParameterValue
from optimage.model.profile import (
    Between,
    Condition,
    Equals,
    InputRule,
    Matches,
    MatchRule,
    Near,
    Profile,
    ReadingRule,
    RecordRule,
)
from optimage.profile_files.control import ControlTable
from optimage.profile_files.patterns import pattern_problem
from optimage.profile_files.tables import Table, is_number, seconds, wrong
from optimage.profile_files.tolerances import ToleranceTable

NEED_ONE_FORM = N_("{where}: need one of equals, near with within, between or matches")
NEED_EQUALS = N_("{where}: equals needs a text, a number, or a list of them")
NEED_LOW_HIGH = N_("{where}: between needs two numbers, the smaller first, got {value}")
NEED_MIN_MAX = N_("{where}: need 0 <= min <= max, got {minimum} and {maximum}")
NEED_RANGE = N_("{where}: need minimum <= maximum, got {minimum} and {maximum}")
NEED_PARAMETER = N_("{where}: need text, a number, true or false")

Text = Annotated[str, Field(min_length=1)]
Schedule = Literal["", "daily", "weekly", "monthly", "quarterly", "half_yearly", "yearly"]


class RuleTable(Table):
    """One line of `[match]`."""

    equals: Any = None
    near: float | None = None
    within: float | None = Field(default=None, ge=0)
    between: Any = None
    matches: str | None = None
    required: bool | None = None

    @field_validator("equals")
    @classmethod
    def _equals(cls, value: Any) -> Any:
        values = value if isinstance(value, list) else [value]
        if not values or not all(isinstance(one, str) or is_number(one) for one in values):
            raise wrong(NEED_EQUALS)
        return values

    @field_validator("between")
    @classmethod
    def _between(cls, value: Any) -> Any:
        pair = value if isinstance(value, list) else []
        if len(pair) != 2 or not all(is_number(one) for one in pair) or not pair[0] <= pair[1]:
            raise wrong(NEED_LOW_HIGH, value=str(value))
        return pair

    @field_validator("matches")
    @classmethod
    def _matches(cls, value: str) -> str:
        problem = pattern_problem(value)
        if problem is not None:
            raise wrong(problem.template, **problem.values)
        return value

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        forms = [form is not None for form in (self.equals, self.near, self.between, self.matches)]
        if sum(forms) != 1 or (self.near is None) != (self.within is None):
            raise wrong(NEED_ONE_FORM)
        return self

    def rule(self, keyword: str, *, required: bool) -> MatchRule:
        """Return the rule for `keyword`; `required` counts where the file says nothing."""
        return MatchRule(keyword, self._condition(), required if self.required is None else self.required)

    def _condition(self) -> Condition:
        if self.near is not None and self.within is not None:
            return Near(self.near, self.within)
        if self.between is not None:
            return Between(float(self.between[0]), float(self.between[1]))
        if self.matches is not None:
            return Matches(self.matches)
        return Equals(tuple(one if isinstance(one, str) else float(one) for one in self.equals))


class InputTable(Table):
    """One role of `[inputs]`."""

    min: int = 1
    max: int | None = None
    same: list[Text] = Field(default=["SeriesInstanceUID"], min_length=1)
    within: Any = None
    acquired_within: Any = None
    match: dict[str, RuleTable] = Field(default_factory=dict)

    @field_validator("within", "acquired_within")
    @classmethod
    def _within(cls, value: Any) -> float:
        return seconds(value)

    @model_validator(mode="after")
    def _order(self) -> Self:
        if not 0 <= self.min <= (inf if self.max is None else self.max) or self.max == 0:
            raise wrong(NEED_MIN_MAX, minimum=self.min, maximum="-" if self.max is None else self.max)
        return self

    def rule(self, role: str) -> InputRule:
        """Return the rule; what tells roles apart is required unless the file says otherwise."""
        match = tuple(table.rule(keyword, required=True) for keyword, table in self.match.items())
        return InputRule(role, self.min, self.max, tuple(self.same), self.within, match, self.acquired_within)


class RecordTable(Table):
    """One attribute of `[record]`."""

    unit: Text


class ReadingTable(Table):
    """One value of `[readings]`."""

    unit: Text
    title: str = ""
    minimum: float | None = None
    maximum: float | None = None
    required: bool = False
    help: str = ""

    @model_validator(mode="after")
    def _order(self) -> Self:
        if self.minimum is not None and self.maximum is not None and not self.minimum <= self.maximum:
            raise wrong(NEED_RANGE, minimum=self.minimum, maximum=self.maximum)
        return self

    def rule(self, key: str) -> ReadingRule:
        """Return the rule."""
        return ReadingRule(key, self.unit, self.title, self.minimum, self.maximum, self.required, self.help)


class ProfileTable(Table):
    """The whole file."""

    id: str = Field(pattern=r"^[a-z0-9_]{1,64}$")
    title: Text
    phantom: Text
    site: str = ""
    device: str = ""
    phantom_serial: str = ""
    schedule: Schedule = ""
    report: str = Field(default="measurement", pattern=r"^[a-z0-9_]{1,64}$")
    quiet_period_s: float | None = Field(default=None, ge=0)
    beside: bool = False
    match: dict[str, RuleTable] = Field(default_factory=dict)
    inputs: dict[str, InputTable] = Field(default_factory=dict)
    parameters: dict[str, Any] = Field(default_factory=dict)
    record: dict[str, RecordTable] = Field(default_factory=dict)
    readings: dict[str, ReadingTable] = Field(default_factory=dict)
    tolerances: dict[str, ToleranceTable] = Field(default_factory=dict)
    control: ControlTable = ControlTable()

    @field_validator("parameters")
    @classmethod
    def _parameters(cls, value: dict[str, Any]) -> dict[str, ParameterValue]:
        if not all(isinstance(one, (bool, int, float, str)) for one in value.values()):
            raise wrong(NEED_PARAMETER)
        return value

    def profile(self) -> Profile:
        """Return the value."""
        return Profile(
            id=self.id,
            title=self.title,
            phantom=self.phantom,
            match=tuple(table.rule(keyword, required=False) for keyword, table in self.match.items()),
            inputs=tuple(table.rule(role) for role, table in self.inputs.items()),
            parameters=self.parameters,
            record=tuple(RecordRule(keyword, table.unit) for keyword, table in self.record.items()),
            readings=tuple(table.rule(key) for key, table in self.readings.items()),
            tolerances={key: table.tolerance() for key, table in self.tolerances.items()},
            control=self.control.rule(),
            control_of_keys=self.control.rules_of_keys(),
            site=self.site,
            device=self.device,
            phantom_serial=self.phantom_serial,
            schedule=self.schedule,
            report=self.report,
            quiet_period_s=self.quiet_period_s,
            beside=self.beside,
        )
