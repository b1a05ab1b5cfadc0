# SPDX-License-Identifier: LGPL-3.0-or-later
"""What a profile leaves to its phantom module."""

from dataclasses import replace

from optimage.model.phantom import InputSpec, PhantomInfo
from optimage.model.profile import InputRule, Profile


def with_default_inputs(profile: Profile, info: PhantomInfo) -> Profile:
    """Return the profile with the inputs of its module where it names none.

    Where it names some, what the module wants to have stays wanted.
    """
    if not profile.inputs:
        return replace(profile, inputs=tuple(rule_for(spec) for spec in info.inputs))
    wanted = {spec.role: spec.wanted for spec in info.inputs}
    rules = tuple(replace(rule, wanted=max(rule.minimum, wanted.get(rule.role, 0))) for rule in profile.inputs)
    return replace(profile, inputs=rules)


def rule_for(spec: InputSpec) -> InputRule:
    """Return the rule that holds where no profile says otherwise."""
    return InputRule(
        role=spec.role,
        minimum=spec.minimum,
        maximum=spec.maximum,
        same=spec.same,
        acquired_within_s=spec.acquired_within_s,
        wanted=spec.wanted,
    )
