# SPDX-License-Identifier: LGPL-3.0-or-later
"""The time zone of this computer, with the offsets of every day of the year."""

import os
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

LINK = Path("/etc/localtime")


class LocalZone(tzinfo):
    """What the operating system says; unlike the zone of `datetime.astimezone` it knows of summer and winter."""

    def utcoffset(self, dt: datetime | None) -> timedelta | None:
        """Return the offset at a local time."""
        return None if dt is None else dt.replace(tzinfo=None).astimezone().utcoffset()

    def dst(self, dt: datetime | None) -> timedelta | None:  # noqa: ARG002
        """Return None: how much of the offset is summer time is not known."""
        return None

    def tzname(self, dt: datetime | None) -> str | None:
        """Return the short name at a local time."""
        return None if dt is None else dt.replace(tzinfo=None).astimezone().tzname()

    def fromutc(self, dt: datetime) -> datetime:
        """Return the local time of an instant."""
        return dt.replace(tzinfo=UTC).astimezone().replace(tzinfo=self)

    def __str__(self) -> str:
        """Return the name of the IANA where it can be told, else the short name of today."""
        named = os.environ.get("TZ", "").removeprefix(":")
        if not named and LINK.is_symlink():
            named = str(LINK.resolve()).rpartition("zoneinfo/")[2]
        return named or datetime.now().astimezone().tzname() or "UTC"
