# SPDX-License-Identifier: LGPL-3.0-or-later
"""Numbers that stand one below the other by their decimal marks."""

from collections.abc import Sequence

FIGURE_SPACE, PUNCTUATION_SPACE = "\u2007", "\u2008"


def aligned(numbers: Sequence[str]) -> list[str]:
    """Pad `numbers` on the right, so that set flush right their decimal marks stand one below the other."""
    tails = [len(number) - _mark(number) for number in numbers]
    longest = max(tails, default=0)
    return [number + _padding(tail, longest) for number, tail in zip(numbers, tails, strict=True)]


def _mark(number: str) -> int:
    return next((i for i, c in enumerate(number) if c in ".,"), len(number))


def _padding(tail: int, longest: int) -> str:
    if tail == longest:
        return ""
    return (PUNCTUATION_SPACE if tail == 0 else "") + FIGURE_SPACE * (longest - max(tail, 1))
