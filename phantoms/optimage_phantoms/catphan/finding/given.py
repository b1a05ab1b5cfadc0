# SPDX-License-Identifier: LGPL-3.0-or-later
"""What a person has set by hand."""

from dataclasses import dataclass
from math import isfinite

from optimage.api import N_, AnalysisError, Parameters
from optimage_phantoms.catphan.finding.card import AUTO, PARAMETERS

DEFAULTS = {spec.name: spec.default for spec in PARAMETERS}


@dataclass(frozen=True, slots=True)
class Given:
    """Values set by hand; None where the value is to be found."""

    model: str | None = None
    origin_slice: int | None = None
    origin_mm: float | None = None
    row: float | None = None
    column: float | None = None
    roll_deg: float | None = None
    mirrored: bool | None = None
    direction: int | None = None

    @property
    def has_origin(self) -> bool:
        """Whether the place of the sensitometry module is set."""
        return self.origin_slice is not None or self.origin_mm is not None

    @property
    def has_centre(self) -> bool:
        """Whether row or column of the axis is set."""
        return self.row is not None or self.column is not None

    @property
    def names(self) -> tuple[str, ...]:
        """Which values are set."""
        return tuple(name for name in self.__slots__ if getattr(self, name) is not None)


def given_by(parameters: Parameters) -> Given:
    """Read what is set; a parameter that is missing is not set.

    Raises
    ------
    AnalysisError
        `parameter_not_a_number` where a text is neither `auto` nor a number.
    """
    chosen = {**DEFAULTS, **parameters}
    return Given(
        model=_text(chosen["model"]),
        origin_slice=int(chosen["origin_slice"]) or None,
        origin_mm=_number("origin_slice_mm", chosen["origin_slice_mm"]),
        row=float(chosen["centre_row"]) or None,
        column=float(chosen["centre_column"]) or None,
        roll_deg=_number("roll_deg", chosen["roll_deg"]),
        mirrored={"no": False, "yes": True}.get(str(chosen["mirrored"])),
        direction={"up": 1, "down": -1}.get(str(chosen["direction"])),
    )


def _text(value: object) -> str | None:
    return None if value in (AUTO, "") else str(value)


def _number(name: str, value: object) -> float | None:
    text = str(value).strip()
    if text in (AUTO, ""):
        return None
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not isfinite(number):
        raise AnalysisError(
            "parameter_not_a_number",
            N_("the parameter {name} is neither auto nor a number: {value}"),
            advice=N_("give a number with a decimal point, or auto"),
            name=name,
            value=text,
        )
    return number
