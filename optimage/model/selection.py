# SPDX-License-Identifier: LGPL-3.0-or-later
"""What a report on a period speaks of."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Selection:
    """What a person or a schedule chose to report on; empty entries choose everything.

    Attributes
    ----------
    profiles : tuple of str
        Ids of profiles.
    device : str
        Number, title, serial number or station of a device.
    site : str
        Name of a site.
    keys : tuple of str
        Measurements; for charts and tables of values.
    """

    profiles: tuple[str, ...] = ()
    device: str = ""
    site: str = ""
    keys: tuple[str, ...] = ()


EVERYTHING = Selection()
