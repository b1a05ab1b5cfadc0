# SPDX-License-Identifier: LGPL-3.0-or-later
import pytest

from optimage.model.control import ControlLines, Phase, Signal
from optimage.model.control_rule import RULES
from optimage.spc.words import TITLES, told
from tests.unit.spc.trends import day

LINES = ControlLines(Phase.FULL, 30, 10.0, 2.0)


def signal(rule, value=12.0):
    return Signal(rule, "noise", value, LINES, 5, (0, 5), day(0))


def test_every_rule_has_words():
    assert set(TITLES) == set(RULES)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("value", [12.0, 8.0])
def test_every_sentence_names_the_day_unless_it_speaks_of_one_point(rule, value):
    assert ("2026-01-01" in str(told(signal(rule, value)))) == (rule not in ("R1", "R1w"))


@pytest.mark.parametrize(
    ("values", "words"), [({0: 1.0, 5: 2.0}, "rising"), ({0: 2.0, 5: 1.0}, "falling"), ({}, "rising or falling")]
)
def test_a_trend_says_where_it_goes_if_the_values_are_known(values, words):
    assert str(told(signal("N3"), values)) == f"six results in a row {words} since 2026-01-01"


def test_a_side_is_told_by_the_value():
    assert "below" in str(told(signal("WE4", 9.0)))
    assert "above" in str(told(signal("WE4", 11.0)))


def test_a_rule_of_a_later_version_is_told_by_its_id():
    assert str(told(signal("X9"))) == "X9"
