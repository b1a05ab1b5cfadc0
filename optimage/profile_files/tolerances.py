# SPDX-License-Identifier: LGPL-3.0-or-later
"""`[tolerances.<key>]`: half widths and bounds as people write them, `15.0`, `"10 %"`, `at_least = 3`."""

import re
from decimal import Decimal
from math import inf
from typing import Any, Self

from pydantic import Field, model_validator

from optimage.messages import N_
from optimage.model.tolerance import Band, Bound, Tolerance
from optimage.profile_files.tables import NUMBER, Table, is_number, wrong

PERCENT = re.compile(rf"\s*{NUMBER}\s*%\s*")
NEED_FORM = N_("{where}: need reference with warning and fail, or at_least, or at_most")
NEED_ONE_SIDE = N_("{where}: at_least and at_most exclude each other; use a reference with warning and fail")
NEED_NO_BAND = N_("{where}: warning, fail and floor belong to a reference; put them into the table of the bound")
NEED_ORDER = N_("{where}: need 0 <= warning <= fail, got {warning} and {fail}")
NEED_ORDER_UP = N_("{where}: at_most needs warning <= fail, got {warning} and {fail}")
NEED_ORDER_DOWN = N_("{where}: at_least needs fail <= warning, got {warning} and {fail}")
NEED_WIDTH = N_('{where}: need a number or a text like "10 %", got {value}')
NEED_SAME_KIND = N_("{where}: warning and fail must both be numbers or both percentages, got {warning} and {fail}")
NEED_BOUND = N_("{where}: at_least and at_most need a number or a table of warning and fail, got {value}")


class ToleranceTable(Table):
    """One measurement: a band about `reference`, `at_least` or `at_most`."""

    reference: float | None = None
    warning: Any = None
    fail: Any = None
    floor: float | None = Field(default=None, ge=0)
    at_least: Any = None
    at_most: Any = None
    source: str = ""
    verified: bool = True

    @model_validator(mode="after")
    def _checks_itself(self) -> Self:
        self.tolerance()
        return self

    def tolerance(self) -> Tolerance:
        """Return the limits; without `warning` it equals `fail`, without `fail` nothing fails."""
        return self._band() if self.at_least is None and self.at_most is None else self._bound()

    def _band(self) -> Band:
        given = [width for width in (self.warning, self.fail) if width is not None]
        if self.reference is None or not given:
            raise wrong(NEED_FORM)
        widths = [_width(width) for width in given]
        shown = {"warning": str(given[0]), "fail": str(given[-1])}
        if len({relative for _, relative in widths}) > 1:
            raise wrong(NEED_SAME_KIND, **shown)
        warning, relative = widths[0]
        fail = inf if self.fail is None else widths[-1][0]
        if not 0 <= warning <= fail:
            raise wrong(NEED_ORDER, **shown)
        return Band(self.reference, warning, fail, relative, self.floor or 0.0, self.source, self.verified)

    def _bound(self) -> Bound:
        if self.at_least is not None and self.at_most is not None:
            raise wrong(NEED_ONE_SIDE)
        if (self.warning, self.fail, self.floor) != (None, None, None):
            raise wrong(NEED_NO_BAND)
        upper = self.at_most is not None
        warning, fail = _bounds(self.at_most if upper else self.at_least, inf if upper else -inf)
        if upper and not warning <= fail:
            raise wrong(NEED_ORDER_UP, warning=warning, fail=fail)
        if not upper and not fail <= warning:
            raise wrong(NEED_ORDER_DOWN, warning=warning, fail=fail)
        return Bound(warning, fail, upper, self.reference, self.source, self.verified)


def _width(value: Any) -> tuple[float, bool]:
    if is_number(value):
        return float(value), False
    found = PERCENT.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise wrong(NEED_WIDTH, value=str(value))
    return float(Decimal(found.group(1)) / 100), True


def _bounds(value: Any, no_limit: float) -> tuple[float, float]:
    if is_number(value):
        return float(value), float(value)
    table = value if isinstance(value, dict) else {}
    if not table or not set(table) <= {"warning", "fail"} or not all(is_number(one) for one in table.values()):
        raise wrong(NEED_BOUND, value=str(value))
    fail = float(table.get("fail", no_limit))
    return float(table.get("warning", fail)), fail
