# SPDX-License-Identifier: LGPL-3.0-or-later
"""When something that is done again and again is due: days of a calendar, at a time of day in a zone, as instants.

The days are counted from a first one, so that what begins on the 31st comes back to it after a shorter month. A time
of day that a change to summer time leaves out becomes the first moment after it; one that a change back repeats is
taken the first time.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from optimage.errors import UsageError
from optimage.messages import N_
from optimage.schedule import DAY, INTERVALS

STEP = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """A first day, an interval, a time of day and a zone.

    Attributes
    ----------
    anchor : date
        The first day.
    every : str
        One of `optimage.schedule.INTERVALS`.
    at : time
        Time of day, without a zone of its own.
    zone : ZoneInfo
        Whose days and hours are meant.
    """

    anchor: date
    every: str
    at: time
    zone: ZoneInfo

    def day(self, number: int) -> date:
        """Return the day of an occurrence, 0 for the first; negative numbers count back from it.

        Where its month is shorter, it is the last of that month.
        """
        interval = INTERVALS[self.every]
        year, month = divmod(self.anchor.year * 12 + self.anchor.month - 1 + number * interval.months, 12)
        last = monthrange(year, month + 1)[1]
        return date(year, month + 1, min(self.anchor.day, last)) + number * interval.days * DAY

    def moment(self, number: int) -> datetime:
        """Return the instant of an occurrence, in UTC."""
        return instant(datetime.combine(self.day(number), self.at), self.zone)

    def first_after(self, moment: datetime) -> datetime:
        """Return the first occurrence later than `moment`, in UTC; never one before the anchor."""
        number = max(0, self._near(moment))
        while self.moment(number) <= moment:
            number += 1
        return self.moment(number)

    def last_until(self, moment: datetime) -> datetime | None:
        """Return the last occurrence at or before `moment`, in UTC; None where the first is later."""
        number = self._near(moment) + 2
        while number >= 0 and self.moment(number) > moment:
            number -= 1
        return self.moment(number) if number >= 0 else None

    def one_before(self, moment: datetime) -> datetime:
        """Return the last occurrence before `moment`, in UTC, as if they had never begun."""
        number = self._near(moment) + 2
        while self.moment(number) >= moment:
            number -= 1
        return self.moment(number)

    def following(self, moment: datetime) -> Iterator[datetime]:
        """Yield the occurrences later than `moment`, in UTC, without end."""
        while True:
            moment = self.first_after(moment)
            yield moment

    def _near(self, moment: datetime) -> int:
        """Return the number of an occurrence that is at most one step later than `moment`."""
        interval, day = INTERVALS[self.every], moment.astimezone(self.zone).date()
        if interval.months:
            return ((day.year - self.anchor.year) * 12 + day.month - self.anchor.month) // interval.months - 1
        return (day - self.anchor).days // interval.days - 1


def instant(local: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant of a local time, in UTC.

    Parameters
    ----------
    local : datetime
        Date and time of day without a zone.
    zone : ZoneInfo
        Whose clocks show it.

    Returns
    -------
    datetime
        The first instant at which they do; the first one after the gap where clocks are put forward over it.
    """
    later, earlier = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if later.astimezone(zone).replace(tzinfo=None) == local:
        return later
    return _change(earlier, later, zone)


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant between two at which the clocks of `zone` change, in UTC."""
    offset = after.astimezone(zone).utcoffset()
    while after - before > STEP:
        middle = before + (after - before) // 2
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after


def find_zone(name: str) -> ZoneInfo:
    """Return a zone of the IANA by its name; UsageError `unknown_zone` with the nearest names."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UsageError(
            "unknown_zone",
            N_("there is no time zone {name}"),
            advice=N_("write a name such as {near}"),
            name=name,
            near=", ".join(_nearest(name)) or "Europe/Luxembourg",
        ) from error


def _nearest(name: str) -> list[str]:
    """Return the zones whose name, or whose city, is written most like `name`."""
    known = {zone.lower(): zone for zone in sorted(available_timezones())}
    cities = {zone.rpartition("/")[2]: zone for zone in known}
    asked = name.strip().lower().replace(" ", "_")
    whole = get_close_matches(asked, known, n=3, cutoff=0.75)
    near = [cities[city] for city in get_close_matches(asked.rpartition("/")[2], cities, n=3, cutoff=0.75)]
    return [known[zone] for zone in dict.fromkeys((*near, *whole))][:3]
