# SPDX-License-Identifier: LGPL-3.0-or-later
"""How long until a healthy device raises its first signal: simulated, against what others found."""

from pathlib import Path

import pytest

from optimage.model.control_rule import DEFAULT_RULES, RULES, ControlRule
from optimage.spc.budget import simulated
from tests.unit.spc.run_lengths import rates, run_lengths

# results until the first signal as found elsewhere, each to about 1 %; the last two of CUSUM are textbook values too
KNOWN = [
    (("R1w",), {}, 22.0),
    (("R1",), {}, 370),
    (("R1", "WE4"), {}, 151),
    (("R1", "N3"), {}, 199),
    (("R1", "WE2"), {}, 224),
    (("R1", "WE2", "WE3", "WE4"), {}, 91),
    (DEFAULT_RULES, {}, 20),
    (("R1", "WE2", "WE4", "N3"), {}, 97),
    (("EWMA",), {}, 233),
    (("EWMA",), {"ewma_limit": 2.86}, 368),
    (("CUSUM",), {}, 367.5),
    (("CUSUM",), {"cusum_limit": 4.0}, 167),
    (("CUSUM",), {"cusum_limit": 5.0}, 463),
]
SHIFTED = [(("R1",), {}, 44), (("EWMA",), {}, 7.7), (("EWMA",), {"ewma_limit": 2.86}, 8.7), (("CUSUM",), {}, 9.9)]
DOCUMENTED = Path(__file__).parents[3] / "docs/reference/control-charts.md"


@pytest.mark.parametrize(("rules", "length"), [(("R1w",), 21.98), (("R1",), 370.4)])
def test_a_few_runs_agree_with_the_normal_distribution(rules, length):
    runs = 2000
    found = run_lengths(ControlRule(rules=rules), seed=4, runs=runs).mean()
    assert found == pytest.approx(length, rel=4 / runs**0.5)  # lengths scatter by their mean: four standard errors


def test_the_page_tells_the_simulated_figures():
    lines = DOCUMENTED.read_text(encoding="utf-8").splitlines()
    table = simulated()
    for name, length in table["run_lengths"].items():
        rules = ", ".join(f"`{rule}`" for rule in name.split("+"))
        per_thousand = f"{1000 * table['rates'][name]:.3g}" if name in table["rates"] else ""
        assert f"| {rules} | {length:g} | {per_thousand} |" in lines


def test_the_table_knows_every_rule():
    table = simulated()
    assert set(table["rates"]) == set(RULES)
    assert set(RULES) <= set(table["run_lengths"])


@pytest.mark.campaign
@pytest.mark.parametrize(("rules", "numbers", "length"), KNOWN)
def test_run_lengths_of_a_healthy_device_agree_within_five_percent(rules, numbers, length):
    found = run_lengths(ControlRule(rules=rules, **numbers), seed=2, runs=20_000).mean()
    print(f"{'+'.join(rules)} {numbers or ''} {found:.2f} (known: {length})")
    assert found == pytest.approx(length, rel=0.05)


@pytest.mark.campaign
@pytest.mark.parametrize(("rules", "numbers", "length"), SHIFTED)
def test_run_lengths_after_a_shift_by_one_sigma_agree_within_five_percent(rules, numbers, length):
    found = run_lengths(ControlRule(rules=rules, **numbers), seed=2, runs=20_000, shift=1.0).mean()
    print(f"shifted {'+'.join(rules)} {numbers or ''} {found:.2f} (known: {length})")
    assert found == pytest.approx(length, rel=0.05)


@pytest.mark.campaign
@pytest.mark.parametrize("name", simulated()["run_lengths"])
def test_the_table_of_run_lengths_is_found_again(name):
    runs = 20_000 if name != "N8" else 2000  # the rarest rule; its figure is from as many
    found = run_lengths(ControlRule(rules=tuple(name.split("+"))), seed=3, runs=runs).mean()
    assert found == pytest.approx(simulated()["run_lengths"][name], rel=4 * 2**0.5 / runs**0.5 + 0.01)


@pytest.mark.campaign
def test_the_table_of_rates_is_found_again():
    results = 5_000_000
    found = rates(RULES, seed=3, results=results)
    for name, rate in simulated()["rates"].items():
        # four standard errors of counts in both simulations, and a tenth more for signals that come together
        assert found[name] == pytest.approx(rate, rel=1.1 * 4 * (1.25 / (results * rate)) ** 0.5 + 0.001)
