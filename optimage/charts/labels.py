# SPDX-License-Identifier: LGPL-3.0-or-later
"""Where labels go so that none touches another."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise, product

from optimage.charts.scene import Measure, Rect

SEPARATOR = " · "
BREAKS = re.compile(r"[^\S\u00a0]+")  # white space, but not the no-break space before a French colon


def spread(
    places: Sequence[float], sizes: Sequence[float], *, low: float, high: float, gap: float = 0.0
) -> tuple[float, ...]:
    """Move the centres of labels apart so that none touches another and all lie between `low` and `high`.

    Parameters
    ----------
    places, sizes : sequence of float (n,)
        Wanted centres and lengths along one direction; the order of the places is kept.
    low, high, gap : float
        Room, and what stays free between neighbours.

    Returns
    -------
    tuple of float (n,)
        Centres. Where the room is too short they overlap no more than they must, within the room.
    """
    order = sorted(range(len(places)), key=lambda i: places[i])
    if not order:
        return ()
    need = sum(sizes) + gap * (len(sizes) - 1)
    gap = gap if need <= high - low else (high - low - sum(sizes)) / max(1, len(sizes) - 1)
    moved = [places[i] for i in order]
    apart = [(sizes[i] + sizes[j]) / 2 + gap for i, j in pairwise(order)]
    for i, distance in enumerate(apart):
        moved[i + 1] = max(moved[i + 1], moved[i] + distance)
    shift = sum(place - places[i] for place, i in zip(moved, order, strict=True)) / len(moved)
    moved = [place - shift for place in moved]
    moved[0] = max(moved[0], low + sizes[order[0]] / 2)
    for i, distance in enumerate(apart):
        moved[i + 1] = max(moved[i + 1], moved[i] + distance)
    moved[-1] = min(moved[-1], high - sizes[order[-1]] / 2)
    for i in range(len(apart) - 1, -1, -1):
        moved[i] = min(moved[i], moved[i + 1] - apart[i])
    result = [0.0] * len(moved)
    for place, i in zip(moved, order, strict=True):
        result[i] = place
    return tuple(result)


def roomy(places: Sequence[float], sizes: Sequence[float], *, low: float, high: float, gap: float) -> tuple[int, ...]:
    """Return which labels stay, in order: each that lies in the room and does not touch the one before."""
    kept, taken = [], low
    for i, (place, size) in enumerate(zip(places, sizes, strict=True)):
        if place - size / 2 >= taken and place + size / 2 <= high:
            kept.append(i)
            taken = place + size / 2 + gap
    return tuple(kept)


def merged(
    labels: Sequence[tuple[float, str]], width: Measure, size: float, *, low: float, high: float
) -> tuple[tuple[float, str], ...]:
    """Join labels that would touch, first and last named, until none does; places in ascending order."""
    groups = [[label] for label in sorted(labels)]
    while True:
        told = [_told(group, width, size, low, high) for group in groups]
        touching = next(
            (i for i, (one, other) in enumerate(pairwise(told)) if one[0] + one[2] + 2.0 > other[0] - other[2]), None
        )
        if touching is None:
            return tuple((centre, text) for centre, text, _half in told)
        groups[touching : touching + 2] = [groups[touching] + groups[touching + 1]]


def _told(
    group: Sequence[tuple[float, str]], width: Measure, size: float, low: float, high: float
) -> tuple[float, str, float]:
    names = list(dict.fromkeys(text for _place, text in group))
    text = names[0] if len(names) == 1 else f"{names[0]}{',' if len(names) == 2 else '–'}{names[-1]}"
    half = width(text, size, False) / 2
    centre = (group[0][0] + group[-1][0]) / 2
    return min(max(centre, low + half), high - half), text, half


def beside(place: tuple[float, float], size: tuple[float, float], away: float, *, up: bool) -> tuple[Rect, ...]:
    """Return places for a label beside a point: first on the side that is free of the curve, near before far."""
    (x, y), (width, height) = place, size
    boxes = []
    side = 1 if up else -1
    for dy, steps, dx in product((side, 0, -side), (1, 2, 3), (0, 0.6, -0.6, 1, -1)):
        if dx or dy:
            centre_x, centre_y = x + dx * (away + width / 2), y + dy * (away + (steps - 0.5) * height)
            boxes.append(Rect(centre_x - width / 2, centre_y - height / 2, centre_x + width / 2, centre_y + height / 2))
    return tuple(boxes)


def free(boxes: Iterable[Rect], taken: Sequence[Rect], room: Rect) -> Rect | None:
    """Return the first of `boxes` that lies in the room and meets nothing that is taken; None where all do."""
    return next((box for box in boxes if room.holds(box) and not any(box.meets(other) for other in taken)), None)


def fitted(text: str, room: float, width: Measure, size: float, *, bold: bool = False) -> str:
    """Return `text`, cut off with an ellipsis where it is wider than `room`."""
    if width(text, size, bold) <= room:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if width(text[:middle] + "…", size, bold) <= room else (low, middle - 1)
    return text[:low].rstrip() + "…" if low else ""


def wrapped(pieces: Iterable[str], room: float, width: Measure, size: float, *, most: int) -> tuple[str, ...]:
    """Set pieces one after another into at most `most` lines, breaking between pieces, then between words."""
    lines: list[str] = []
    for piece in pieces:
        for number, word in enumerate(filter(None, BREAKS.split(piece))):
            glue = SEPARATOR if number == 0 else " "
            longer = f"{lines[-1]}{glue}{word}" if lines else word
            if lines and width(longer, size, False) <= room:
                lines[-1] = longer
            else:
                lines.append(word)
    if len(lines) > most:
        lines[most - 1 :] = [" ".join(lines[most - 1 :])] if most else []
    return tuple(fitted(line, room, width, size) for line in lines)
