# SPDX-License-Identifier: LGPL-3.0-or-later
"""Cells of numbers, for people and for machines."""

from math import isfinite

from optimage.document.parts import Cell
from optimage.document.words import number


def figure(value: float | None, unit: str) -> Cell:
    """Return the cell of a value with the digits of its unit; a dash for None and what is not finite."""
    return Cell(number(value, unit), value=value if value is not None and isfinite(value) else None, unit=unit)
