# SPDX-License-Identifier: LGPL-3.0-or-later
"""What a profile leaves to its phantom module."""

from dataclasses import replace

from optimage.model.phantom import PhantomInfo
from optimage.model.profile import InputRule, Profile


def with_default_inputs(profile: Profile, info: PhantomInfo) -> Profile:
    """Return the profile with the inputs of its module where it names none."""
    if profile.inputs:
        return profile
    rules = tuple(InputRule(spec.role, spec.minimum, spec.maximum, spec.same) for spec in info.inputs)
    return replace(profile, inputs=rules)
