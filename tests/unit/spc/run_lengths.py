# SPDX-License-Identifier: LGPL-3.0-or-later
"""Simulated run lengths: how many results of a healthy device, or of one that has shifted, until a rule speaks."""

import numpy as np

from optimage.model.control_rule import ControlRule
from optimage.spc.rules import rule_hits

CHUNK = 256


def rates(rules, *, seed, results, length=20000):
    """Return signals per result of each rule on standard normal values, in series of `length` results."""
    rng = np.random.default_rng(seed)
    counts = dict.fromkeys(rules, 0)
    for _ in range(results // length):
        z = rng.normal(size=length)
        for name in rules:
            counts[name] += len(rule_hits(z, ControlRule(rules=(name,))))
    return {name: count / (results // length * length) for name, count in counts.items()}


def run_lengths(rule, *, seed, runs, shift=0.0):
    """Return the results until the first signal of any rule, for `runs` devices that begin at their centre."""
    rng = np.random.default_rng(seed)
    return np.array([_until_signal(rule, rng, shift) for _ in range(runs)])


def _until_signal(rule, rng, shift):
    z = rng.normal(shift, size=CHUNK)
    while not (hits := rule_hits(z, rule)):
        z = np.concatenate([z, rng.normal(shift, size=len(z))])
    return hits[0].at + 1
