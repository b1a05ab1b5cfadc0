# SPDX-License-Identifier: LGPL-3.0-or-later
"""The inputs of a profile: its own, or those of its module where it names none."""

from dataclasses import replace

from optimage.model.phantom import PhantomInfo
from optimage.model.profile import InputRule, Profile, ProfileRevision


def with_inputs(revision: ProfileRevision, info: PhantomInfo) -> ProfileRevision:
    """Return the revision, its profile completed with the module's own inputs."""
    return replace(revision, profile=_completed(revision.profile, info))


def _completed(profile: Profile, info: PhantomInfo) -> Profile:
    if profile.inputs:
        return profile
    rules = tuple(InputRule(spec.role, spec.minimum, spec.maximum, spec.same) for spec in info.inputs)
    return replace(profile, inputs=rules)
