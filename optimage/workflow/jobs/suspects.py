# SPDX-License-Identifier: LGPL-3.0-or-later
"""Jobs under which services died: when one may be tried again, and when enough died to say so.

Nobody can see who ended a service: a job, a person or the power supply. So a
job that was under way is tried again alone, which leaves no bystander; and
from the second death on only by a service that has lived without it for
longer than it ever ran, which a service that is ended again and again by
something else does not.
"""

from collections.abc import Mapping
from math import inf

ENOUGH_DEATHS = 4  # the first perhaps in company, the second alone, the others alone after a quiet time without it
NEVER_S = -1.0


def longest_to_try(lived_s: float, lease_s: float, *, is_alone: bool) -> Mapping[int, float]:
    """Return, for each number of services that died under a job, how long it may have run to be tried now.

    Parameters
    ----------
    lived_s : float
        How long this service has lived, in seconds.
    lease_s : float
        How long a silent worker keeps its job, in seconds; the least quiet time.
    is_alone : bool
        Whether this service has no other job under way.

    Returns
    -------
    mapping
        From numbers of deaths to seconds; negative where no job may be tried.
    """
    return {n: _longest_s(n, lived_s, lease_s) if is_alone else NEVER_S for n in range(1, ENOUGH_DEATHS)}


def _longest_s(deaths: int, lived_s: float, lease_s: float) -> float:
    """Return the run that the quiet time outlasts: once before the third attempt, twice before the fourth.

    Growing, it begins ever later, so that what ends a service at regular
    intervals does not meet the same job every time.
    """
    if deaths == 1:
        return inf
    shared_s = lived_s / 2 ** (deaths - 2)
    return shared_s if shared_s >= lease_s else NEVER_S
