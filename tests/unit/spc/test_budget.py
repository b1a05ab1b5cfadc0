# SPDX-License-Identifier: LGPL-3.0-or-later
import pytest

from optimage.model.control_rule import ControlRule, Spread
from optimage.spc.budget import budget, rate, simulated

NORMAL_2, NORMAL_3 = 0.045500263896358, 0.002699796063260  # outside two and three sigma, ISO 3534 / any table


def test_outside_the_lines_is_the_share_of_the_normal_distribution_and_told_once():
    assert rate("R1", ControlRule()) == pytest.approx(NORMAL_3)
    assert rate("R1w", ControlRule(rules=("R1w",))) == pytest.approx(NORMAL_2)
    assert rate("R1w", ControlRule(rules=("R1", "R1w"))) == pytest.approx(NORMAL_2 - NORMAL_3)


def test_simulated_shares_agree_with_the_normal_distribution():
    # 20 million results: four standard errors, and half of the last of four digits
    assert simulated()["rates"]["R1"] == pytest.approx(NORMAL_3, abs=4 * (NORMAL_3 / 2e7) ** 0.5 + 5e-7)
    assert simulated()["rates"]["R1w"] == pytest.approx(NORMAL_2, abs=4 * (NORMAL_2 / 2e7) ** 0.5 + 5e-6)


def test_signals_of_measurements_add_up():
    one, fifteen = budget([ControlRule()]), budget([ControlRule()] * 15)
    assert fifteen.signals == pytest.approx(15 * one.signals)
    assert fifteen.results == pytest.approx(1 - (1 - one.signals) ** 15)


def test_with_fifteen_measurements_about_every_second_result_of_a_healthy_device_warns():
    assert budget([ControlRule()] * 15).results == pytest.approx(0.54, abs=0.03)  # 1 - (1 - 1/20)^15 = 0.537


def test_twenty_measurements_outside_two_sigma_only():
    found = budget([ControlRule(rules=("R1w",))] * 20)
    assert found.results == pytest.approx(0.61, abs=0.005)  # 1 - 0.9545^20


@pytest.mark.parametrize(
    ("rule", "unknown"),
    [
        (ControlRule(rules=("R1", "EWMA"), ewma_limit=3.0), ("EWMA",)),
        (ControlRule(rules=("CUSUM",), cusum_limit=5.0), ("CUSUM",)),
        (ControlRule(rules=("R1", "WE4"), spread=Spread.STEPS), ("R1", "WE4")),
    ],
)
def test_what_nobody_simulated_is_left_out_and_named(rule, unknown):
    found = budget([rule, rule])
    assert found.unknown == unknown
    assert str(found.words).endswith(f"not counted: {', '.join(unknown)}")


def test_the_sentence_has_the_figures_of_a_hundred_results():
    found = budget([ControlRule(rules=("R1", "R1w"))] * 15)
    assert str(found.words) == (
        "by chance alone, 100 results of a healthy device raise about 68 signals (measurements watched: 15), "
        "at least one in about 50 of the results"
    )  # 15 x 4.55 and 1 - 0.9545^15


def test_nothing_watched_raises_nothing():
    assert (budget([]).signals, budget([]).results) == (0, 0)
