# SPDX-License-Identifier: LGPL-3.0-or-later
"""Regular expressions that a header cannot stall."""

import re

from optimage.messages import N_, Message

LONGEST_PATTERN = 200
MOST_REPEATS = 4  # open-ended ones; time grows with the length of the text to this power
ESCAPED_OR_CLASS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
REPEAT = re.compile(r"[*+]|\{\d*,\}")


def pattern_problem(pattern: str) -> Message | None:
    """Return what is wrong with a pattern, None if it is sound.

    Refused are patterns that do not compile, long ones, more than four
    open-ended repeats, and repeated groups that hold a repeat or a choice:
    their search time can grow exponentially (catastrophic backtracking).
    """
    try:
        re.compile(pattern)
    except re.error as error:
        template = N_("{where}: {pattern} is no regular expression: {error}")
        return Message(template, {"pattern": pattern, "error": str(error)})
    if len(pattern) > LONGEST_PATTERN:
        return Message(N_("{where}: a pattern can have {most} characters at most"), {"most": LONGEST_PATTERN})
    plain = ESCAPED_OR_CLASS.sub("x", pattern)
    if len(REPEAT.findall(plain)) > MOST_REPEATS or _repeats_a_varying_group(plain):
        template = N_("{where}: {pattern} can take too long; use fewer * and +, none inside repeated brackets")
        return Message(template, {"pattern": pattern})
    return None


def _repeats_a_varying_group(plain: str) -> bool:
    """Whether a group that holds a repeat or a choice is itself repeated."""
    varying = [False]
    for position, sign in enumerate(plain):
        if sign == "(":
            varying.append(False)
        elif sign == ")":
            inner = varying.pop()
            if inner and plain[position + 1 : position + 2] in ("*", "+", "{"):
                return True
            varying[-1] |= inner
        elif sign in "*+{|":
            varying[-1] = True
    return False
