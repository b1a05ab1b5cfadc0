# SPDX-License-Identifier: LGPL-3.0-or-later
"""Patterns that could take for ever are refused before any header meets them."""

import pytest

from optimage.profile_files.patterns import pattern_problem


@pytest.mark.parametrize(
    "pattern",
    [
        "(?i)catphan",
        r"^QC.*water.*\d+$",
        "(water|noise)",
        "(a|b)?",
        r"\(a+\)+",
        "[(*+]+",
        "(ab)+",
        r"(?:CT|MR) \d{2}",
        "",
    ],
)
def test_ordinary_patterns_are_sound(pattern):
    assert pattern_problem(pattern) is None


@pytest.mark.parametrize("pattern", ["(a+)+$", "((a+))+", "(a|aa)*$", "(a*){5}", "(x(a{2,}))*", ".*.*.*.*.*x"])
def test_patterns_that_can_take_too_long_are_refused(pattern):
    problem = pattern_problem(pattern)
    assert problem is not None
    assert "too long" in problem.template


@pytest.mark.parametrize(("pattern", "part"), [("(", "no regular expression"), ("a" * 201, "at most")])
def test_broken_and_endless_patterns_are_refused(pattern, part):
    problem = pattern_problem(pattern)
    assert problem is not None
    assert part in problem.template
