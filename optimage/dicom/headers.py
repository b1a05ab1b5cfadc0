# SPDX-License-Identifier: LGPL-3.0-or-later
"""From a pydicom data set to a plain header, and from headers to the facts of the acquisition."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from pydicom.datadict import keyword_for_tag
from pydicom.dataset import Dataset
from pydicom.tag import BaseTag
from pydicom.valuerep import DA, DT, TM

from optimage.dicom.attributes import attributes
from optimage.dicom.values import encoding_of, plain_value
from optimage.model.images import Header, HeaderValue
from optimage.model.outcome import Acquisition, DeviceIdentity

EARLIEST = datetime(1985, 1, 1, tzinfo=UTC)  # the year of ACR-NEMA 300, the first standard of digital images

_MOMENTS = (
    ("AcquisitionDateTime", ""),
    ("FrameAcquisitionDateTime", ""),
    ("AcquisitionDate", "AcquisitionTime"),
    ("ContentDate", "ContentTime"),
    ("SeriesDate", "SeriesTime"),
    ("StudyDate", "StudyTime"),
)


def plain_header(dataset: Dataset) -> dict[str, HeaderValue]:
    """Return keyword to value of one level of `dataset`.

    Numbers come as int or float, everything else as trimmed text, several
    values as a tuple, an empty value as `""`. Sequences, private elements,
    bytes, overlay planes and values of more than 64 KiB are left out, and
    so is a value that breaks its representation: it says nothing reliable.
    """
    header: dict[str, HeaderValue] = {}
    encoding = encoding_of(dataset)
    for tag, element in tuple(dataset.items()):  # as they stand; iterating a Dataset would convert every one
        keyword = _keyword(tag)
        if not keyword:
            continue
        try:
            value = plain_value(dataset, tag, element, encoding)
        except Exception:  # noqa: S112 - pydicom raises anything on broken values; the element counts as absent
            continue
        if value is not None:
            header[keyword] = value
    return header


@lru_cache(maxsize=4096)
def _keyword(tag: BaseTag) -> str:
    """Return the keyword of an attribute; nothing for private ones, curves and overlays, and unknown ones."""
    group = tag >> 16
    return "" if group & 1 or 0x5000 <= group <= 0x60FF else keyword_for_tag(tag)


def acquisition(header: Header) -> Acquisition:
    """Return when the image was taken, by which attribute, and on which device.

    The first complete date and time counts, from the acquisition to the
    study; a date alone counts only where there is no such pair, as
    midnight. What lies before 1985 is unknown: no scanner wrote images then,
    but anonymisers and lost clocks write such dates. Without an offset in the value or `TimezoneOffsetFromUTC` the
    local zone of this computer is assumed.
    """
    at, source = _moment(header)
    return Acquisition(
        at=at,
        source=source,
        modality=_text(header, "Modality"),
        device=DeviceIdentity(
            manufacturer=_text(header, "Manufacturer"),
            model=_text(header, "ManufacturerModelName"),
            serial=_text(header, "DeviceSerialNumber"),
            station=_text(header, "StationName"),
        ),
        institution=_text(header, "InstitutionName"),
        attributes=attributes(header),
    )


def _moment(header: Header) -> tuple[datetime | None, str]:
    for date_keyword, time_keyword in _MOMENTS:
        date, time = _text(header, date_keyword), _text(header, time_keyword)
        if not date or (time_keyword and not time):
            continue
        at = _utc(header, date, time) if time_keyword else _utc_of(header, date)
        if at is not None:
            return at, f"{date_keyword}+{time_keyword}" if time_keyword else date_keyword
    for date_keyword, time_keyword in _MOMENTS:
        at = _utc(header, _text(header, date_keyword), "000000") if time_keyword else None
        if at is not None:
            return at, date_keyword
    return None, ""


def _utc(header: Header, date: str, time: str) -> datetime | None:
    try:
        day, clock = DA(date), TM(time.replace(":", ""))
    except (ValueError, OverflowError):
        return None
    if day is None or clock is None:
        return None
    return _shifted(header, datetime.combine(day, clock))


def _utc_of(header: Header, text: str) -> datetime | None:
    try:
        at = DT(text)
    except (ValueError, OverflowError):
        return None
    return None if at is None or len(text) < 8 else _shifted(header, at)


def _shifted(header: Header, at: datetime) -> datetime | None:
    # a plain datetime, as pydicom's own kinds do not pickle alike
    plain = datetime(at.year, at.month, at.day, at.hour, at.minute, at.second, at.microsecond, tzinfo=at.tzinfo)
    try:
        utc = (plain if plain.tzinfo else plain.replace(tzinfo=_zone(header))).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return utc if utc >= EARLIEST else None


def _zone(header: Header) -> timezone | None:
    text = _text(header, "TimezoneOffsetFromUTC")
    if len(text) != 5 or text[0] not in "+-" or not text[1:].isdigit():
        return None
    offset = timedelta(hours=int(text[1:3]), minutes=int(text[3:]))
    return timezone(-offset if text[0] == "-" else offset)


def _text(header: Mapping[str, HeaderValue], keyword: str) -> str:
    value = header.get(keyword, "")
    return str(value[0] if isinstance(value, tuple) and value else value or "")
