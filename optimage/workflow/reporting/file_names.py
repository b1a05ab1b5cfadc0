# SPDX-License-Identifier: LGPL-3.0-or-later
"""Names of files that are the same whenever the same is asked for, and hold nothing that came from images."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from optimage.document.period import Period, Selection

UNSAFE = re.compile(r"[^A-Za-z0-9_]+")
LONGEST = 100  # characters; a file system takes 255 bytes
DIGITS = 8  # of a hash, where a name itself is not safe
DAY = timedelta(days=1)
LAST_MOMENT = timedelta(microseconds=1)


def file_stem(
    template: str, selection: Selection, period: Period, *, device_id: int | None = None, result_ids: Sequence[int] = ()
) -> str:
    """Return the name of a report's files without the suffix.

    It tells the template, profiles by their ids, the device by its number, a site and measurements by a hash, and the
    period; results one by one are told by their numbers.
    """
    parts = [
        *selection.profiles,
        f"device{device_id}" if device_id is not None else "",
        f"site{_hashed(selection.site)}" if selection.site else "",
        *selection.keys,
        *(f"{number:06d}" for number in result_ids),
    ]
    said = "-".join(filter(None, map(_safe, (template, *parts))))
    if len(said) > LONGEST:
        said = f"{said[:LONGEST]}-{_hashed(repr((selection, tuple(result_ids))))}"
    return "-".join(filter(None, (said, "" if result_ids else _period(period))))


def _safe(text: str) -> str:
    return UNSAFE.sub("_", text)


def _hashed(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]


def _period(period: Period) -> str:
    begin, end = (at.astimezone(period.zone) if at else None for at in (period.begin, period.end))
    if begin and end and _midnight(begin) and _midnight(end):
        if (begin.day, end.day) == (1, 1) and end - begin > timedelta(days=364) and begin.month == end.month == 1:
            return f"{begin:%Y}" if end.year == begin.year + 1 else f"{begin:%Y}_{end - DAY:%Y}"
        if (begin.day, end.day) == (1, 1) and (end.year * 12 + end.month) - (begin.year * 12 + begin.month) == 1:
            return f"{begin:%Y-%m}"
    first, last = (f"{at:%Y-%m-%d}" if at else "" for at in (begin, end - LAST_MOMENT if end else None))
    return f"{first}_{last}".strip("_")


def _midnight(at: datetime) -> bool:
    return (at.hour, at.minute, at.second, at.microsecond) == (0, 0, 0, 0)
