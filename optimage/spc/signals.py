# SPDX-License-Identifier: LGPL-3.0-or-later
"""Rules that turn a point and its control lines into signals."""

from optimage.model.control import ControlLines, Signal, TrendPoint

OUTSIDE_ALARM_LINES = "R1"
OUTSIDE_CONTROL_LINES = "R1w"


def signals(point: TrendPoint, lines: ControlLines | None, *, key: str = "") -> tuple[Signal, ...]:
    """Return the strongest rule that `point` breaks: `R1`, `R1w`, or nothing.

    A point on a line is inside. Without lines, for a value that is no number
    and for a point that a person excluded there is no signal.
    """
    if lines is None or not point.counts:
        return ()
    if point.value < lines.lal or point.value > lines.ual:
        return (Signal(OUTSIDE_ALARM_LINES, key, point.value, lines, point.result_id),)
    if point.value < lines.lcl or point.value > lines.ucl:
        return (Signal(OUTSIDE_CONTROL_LINES, key, point.value, lines, point.result_id),)
    return ()
