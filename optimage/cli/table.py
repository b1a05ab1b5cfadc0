# SPDX-License-Identifier: LGPL-3.0-or-later
"""Plain tables and the words and marks of verdicts at a terminal."""

from collections.abc import Iterable, Sequence
from math import isfinite

from optimage.cli.edge import visible
from optimage.i18n import _, localised
from optimage.messages import N_
from optimage.model.tolerance import Limits, Verdict
from optimage.model.units import digits

VERDICTS = {
    Verdict.PASS: ("✔", N_("pass")),
    Verdict.WARNING: ("▲", N_("warning")),
    Verdict.FAIL: ("✖", N_("fail")),
    Verdict.NOT_JUDGED: ("○", N_("not judged")),
    Verdict.NOT_MEASURED: ("–", N_("not measured")),
}


def format_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return aligned columns; every cell on one line, control characters written out."""
    cells = [list(header), *([visible(cell).replace("\n", " ") for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])


def format_verdict(verdict: Verdict) -> str:
    """Return glyph and word; never one of them alone."""
    glyph, word = VERDICTS[verdict]
    return f"{glyph} {_(word)}"


def format_number(value: float | None, unit: str) -> str:
    """Return a value with the digits of its unit; a dash where there is none."""
    if value is None or not isfinite(value):
        return "–"
    return localised(f"{value:.{digits(unit)}f}")


def format_limits(limits: Limits | None, unit: str) -> str:
    """Return the interval outside of which a value fails."""
    if limits is None:
        return ""
    low, high = format_number(limits.fail_low, unit), format_number(limits.fail_high, unit)
    return f"{low} … {high}"
