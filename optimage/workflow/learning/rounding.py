# SPDX-License-Identifier: LGPL-3.0-or-later
"""Numbers short enough to be read in a profile."""

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_UP, Decimal


def rounded(value: float, figures: int) -> float:
    """Round to `figures` significant figures."""
    return _to_figures(value, figures, ROUND_HALF_EVEN)


def rounded_up(value: float, figures: int) -> float:
    """Round away from zero to `figures` significant figures."""
    return _to_figures(value, figures, ROUND_UP)


def rounded_down(value: float, figures: int) -> float:
    """Round towards zero to `figures` significant figures."""
    return _to_figures(value, figures, ROUND_DOWN)


def rounded_like(value: float, model: float, figures: int) -> float:
    """Round to the place of the last of `figures` significant figures of `model`."""
    place = Decimal(repr(float(model))).adjusted() - figures + 1
    return _at(value, place, ROUND_HALF_EVEN)


def _to_figures(value: float, figures: int, mode: str) -> float:
    return _at(value, Decimal(repr(float(value))).adjusted() - figures + 1, mode) if value else 0.0


def _at(value: float, place: int, mode: str) -> float:
    unit = Decimal(1).scaleb(place)
    return float((Decimal(repr(float(value))) / unit).to_integral_value(mode) * unit)
