# SPDX-License-Identifier: LGPL-3.0-or-later
"""Texts as they may stand on a page: literally, in one order, and with nothing hidden in them.

A header may hold any text. Characters that turn the reading order around, steer
a device or mean nothing outside the system they come from are shown as `�`, so
that whoever signs sees that something stood there.
"""

from collections.abc import Callable
from dataclasses import replace

from optimage.charts.spec import ChartSpec, Entry

REPLACEMENT = "\ufffd"
UNSEEN = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")
"""Where a line may or may not break: they show nothing and change no order."""
WIDE_BLANKS = frozenset("\u00a0\u2007\u2008\u2009\u202f")
"""Blanks in numbers, and between a number and its unit."""


def printable(text: str) -> str:
    """Return `text` on one line: other blanks as spaces, what cannot be shown as `�`.

    Among what cannot be shown are control characters, all marks of direction
    (such as U+202E), halves of surrogate pairs and private characters.
    """
    if text.isprintable():
        return text
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    if character.isprintable() or character in WIDE_BLANKS:
        return character
    if character in UNSEEN:
        return ""
    return " " if character.isspace() else REPLACEMENT


def shortened(text: str, most: int) -> str:
    """Return at most `most` characters: a cell cannot grow beyond a page, and a header may hold any text."""
    return text if len(text) <= most else text[: most - 1] + "…"


def printable_chart(spec: ChartSpec, shown: Callable[[str], str] = printable) -> ChartSpec:
    """Return a chart whose texts may stand on a page, each as `shown` returns it."""
    return replace(
        spec,
        title=shown(spec.title),
        badge=shown(spec.badge),
        notes=tuple(map(shown, spec.notes)),
        x_axis=replace(spec.x_axis, title=shown(spec.x_axis.title)),
        y_axis=replace(spec.y_axis, title=shown(spec.y_axis.title)),
        right_axis=replace(spec.right_axis, title=shown(spec.right_axis.title)) if spec.right_axis else None,
        series=tuple(replace(one, name=shown(one.name)) for one in spec.series),
        legend=tuple(Entry(shown(entry.key), shown(entry.text)) for entry in spec.legend),
    )
