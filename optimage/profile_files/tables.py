# SPDX-License-Identifier: LGPL-3.0-or-later
"""What all tables of a profile file share."""

import re
from math import isfinite
from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic_core import PydanticCustomError

from optimage.messages import N_

NUMBER = r"(\d+(?:\.\d*)?|\.\d+)"
DURATION = re.compile(rf"\s*{NUMBER}\s*(s|min|h)\s*")
SECONDS = {"s": 1.0, "min": 60.0, "h": 3600.0}
NEED_DURATION = N_('{where}: need seconds or a text like "10 min", got {value}')


class Table(BaseModel):
    """No unknown keys, no silent conversion, no NaN."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, frozen=True)


def wrong(template: str, **values: str | float) -> PydanticCustomError:
    """Create the error that `problems` turns back into the sentence `template`."""
    return PydanticCustomError("optimage", "{template}", {"template": template, **values})


def is_number(value: Any) -> bool:
    """Whether a value of TOML is a finite number."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value)


def seconds(value: Any) -> float:
    """Return a duration in seconds from a number or a text with `s`, `min` or `h`."""
    if is_number(value) and value >= 0:
        return float(value)
    found = DURATION.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise wrong(NEED_DURATION, value=str(value))
    return float(found.group(1)) * SECONDS[found.group(2)]
