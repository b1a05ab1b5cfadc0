# SPDX-License-Identifier: LGPL-3.0-or-later
"""Units of measured values and the digits people see."""

from enum import StrEnum


class Unit(StrEnum):
    """Units of measurements; the value is what is shown and stored."""

    HOUNSFIELD = "HU"
    PERCENT = "%"
    ONE = "1"
    DECIBEL = "dB"
    MILLIMETRE = "mm"
    SQUARE_MILLIMETRE = "mm²"
    PIXEL = "px"
    DEGREE = "°"
    PER_MILLIMETRE = "1/mm"
    PER_SECOND = "1/s"
    COUNTS = "counts"
    KILOVOLT = "kV"
    MILLIAMPERE = "mA"
    MILLIAMPERE_SECOND = "mAs"
    MILLISECOND = "ms"
    MILLIGRAY = "mGy"
    MILLIGRAY_CENTIMETRE = "mGy·cm"
    MEGAHERTZ = "MHz"
    CELSIUS = "°C"


DIGITS = {
    Unit.HOUNSFIELD: 2,
    Unit.PERCENT: 3,
    Unit.ONE: 4,
    Unit.DECIBEL: 2,
    Unit.MILLIMETRE: 2,
    Unit.SQUARE_MILLIMETRE: 1,
    Unit.PIXEL: 2,
    Unit.DEGREE: 2,
    Unit.PER_MILLIMETRE: 4,
    Unit.PER_SECOND: 0,
    Unit.COUNTS: 0,
    Unit.KILOVOLT: 1,
    Unit.MILLIAMPERE: 1,
    Unit.MILLIAMPERE_SECOND: 1,
    Unit.MILLISECOND: 1,
    Unit.MILLIGRAY: 3,
    Unit.MILLIGRAY_CENTIMETRE: 2,
    Unit.MEGAHERTZ: 6,
    Unit.CELSIUS: 1,
}
OTHER_DIGITS = 4


def digits(unit: str) -> int:
    """Return how many decimals a value in `unit` is shown with."""
    return DIGITS.get(unit, OTHER_DIGITS)  # type: ignore[call-overload, no-any-return]
