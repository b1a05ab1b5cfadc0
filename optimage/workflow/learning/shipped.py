# SPDX-License-Identifier: LGPL-3.0-or-later
"""Tolerances of the example profiles that would take these images."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from optimage.errors import ProfileError
from optimage.judge import limits_of
from optimage.matching.comparison import compare
from optimage.model.images import Header
from optimage.model.profile import Profile
from optimage.model.tolerance import Tolerance
from optimage.plugins.manager import load_plugins
from optimage.workflow.profiles import read_file, shipped_examples

DEMONSTRATION = "demo"  # folder of profiles for digital phantoms: their limits say nothing of a device
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Shipped:
    """A tolerance and the example profile it stands in."""

    profile_id: str
    tolerance: Tolerance


def shipped_tolerances(phantom: str, headers: Sequence[Header]) -> Mapping[str, Shipped]:
    """Return by key the narrowest tolerance of all example profiles of a module that admit every header."""
    found: dict[str, Shipped] = {}
    for profile in _examples():
        if profile.phantom == phantom and all(compare(header, profile).admitted for header in headers):
            for key, tolerance in profile.tolerances.items():
                one = Shipped(profile.id, tolerance)
                found[key] = min(found.get(key, one), one, key=_width)
    return found


def _examples() -> list[Profile]:
    profiles = []
    for path in shipped_examples(load_plugins().profile_folders):
        if path.parent.name == DEMONSTRATION:
            continue
        try:
            profiles.append(read_file(path).profile)
        except ProfileError as error:
            log.warning("the example profile %s is left out: %s", path, error)
    return profiles


def _width(shipped: Shipped) -> float:
    limits = limits_of(shipped.tolerance)
    return limits.fail_high - limits.fail_low
