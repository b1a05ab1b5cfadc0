# SPDX-License-Identifier: LGPL-3.0-or-later
"""How many signals a healthy device raises by chance alone."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import prod
from pathlib import Path
from statistics import NormalDist

from optimage.messages import N_, Message
from optimage.model.control_rule import ControlRule, Spread

TABLE = Path(__file__).with_name("run_lengths.toml")


@dataclass(frozen=True, slots=True)
class Budget:
    """What chance alone raises.

    Attributes
    ----------
    keys : int
        Measurements that are watched.
    signals : float
        Signals per result; exact also where measurements depend on each other.
    results : float
        Share of the results with a signal at least, for measurements that are
        independent of each other; a little too high where rules speak together.
    unknown : tuple of str
        Rules left out: with other numbers than those simulated, or on lines that are not multiples of sigma.
    """

    keys: int
    signals: float
    results: float
    unknown: tuple[str, ...] = ()

    @property
    def words(self) -> Message:
        """One sentence for the profile."""
        hundred = 100 * self.signals
        values = {
            "keys": self.keys,
            "signals": round(hundred) if hundred >= 10 else round(hundred, 1),
            "results": round(100 * self.results) if hundred >= 10 else round(100 * self.results, 1),
            "rules": ", ".join(self.unknown),
        }
        if self.unknown:
            return Message(
                N_(
                    "by chance alone, 100 results of a healthy device raise about {signals:g} signals "
                    "(measurements watched: {keys}), at least one in about {results:g} of the results; "
                    "not counted: {rules}"
                ),
                values,
            )
        return Message(
            N_(
                "by chance alone, 100 results of a healthy device raise about {signals:g} signals "
                "(measurements watched: {keys}), at least one in about {results:g} of the results"
            ),
            values,
        )


def budget(rules: Sequence[ControlRule]) -> Budget:
    """Add up what the rules of a profile raise by chance.

    Parameters
    ----------
    rules : sequence of ControlRule
        One for each measurement that is watched.

    Returns
    -------
    Budget
        For normally distributed, independent results and exactly known
        lines. Lines out of thirty results are not exact and raise more.
    """
    rates = [{name: rate(name, rule) for name in dict.fromkeys(rule.rules)} for rule in rules]
    sums = [sum(value for value in of_key.values() if value is not None) for of_key in rates]
    unknown = dict.fromkeys(name for of_key in rates for name, value in of_key.items() if value is None)
    some = 1 - prod(1 - min(value, 1.0) for value in sums)
    return Budget(len(rules), sum(sums), some, tuple(unknown))


def rate(name: str, rule: ControlRule) -> float | None:
    """Return the signals per result of one rule on a healthy device; None where nobody has simulated it."""
    if rule.spread in (Spread.QUANTILES, Spread.STEPS):
        return None
    alarms = 2 * NormalDist().cdf(-rule.alarm_sigma)
    if name == "R1":
        return alarms
    if name == "R1w":
        outside = 2 * NormalDist().cdf(-rule.control_sigma)
        return max(outside - alarms, 0.0) if "R1" in rule.rules else outside
    plain = ControlRule()
    if name == "EWMA" and (rule.ewma_weight, rule.ewma_limit) != (plain.ewma_weight, plain.ewma_limit):
        return None
    if name == "CUSUM" and (rule.cusum_slack, rule.cusum_limit) != (plain.cusum_slack, plain.cusum_limit):
        return None
    return simulated()["rates"].get(name)


@cache
def simulated() -> Mapping[str, Mapping[str, float]]:
    """Return the table of simulated rates and run lengths."""
    table: Mapping[str, Mapping[str, float]] = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return table
