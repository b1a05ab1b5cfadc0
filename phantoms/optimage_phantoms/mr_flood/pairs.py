# SPDX-License-Identifier: LGPL-3.0-or-later
"""Which images repeat each other: found by what their headers say of protocol, geometry and time, never by folders."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from math import isclose

import numpy as np

from optimage.api import N_, AnalysisError, Image, ImageSet
from optimage_phantoms.mr_flood.method import PairRules

ROLE = "series"
NUMBERS = (
    "RepetitionTime",
    "EchoTime",
    "InversionTime",
    "FlipAngle",
    "PixelBandwidth",
    "NumberOfAverages",
    "SliceThickness",
    "MagneticFieldStrength",
)
WORDS = (
    "DeviceSerialNumber",
    "ScanningSequence",
    "SequenceName",
    "ReceiveCoilName",
    "TransmitCoilName",
    "ImageType",
    "InPlanePhaseEncodingDirection",
)
FIRST_YEAR = 1980  # before there was DICOM; anonymised files carry such dates
DATE_TIMES = (
    ("AcquisitionDateTime", ""),
    ("AcquisitionDate", "AcquisitionTime"),
    ("ContentDate", "ContentTime"),
    ("SeriesDate", "SeriesTime"),
)


@dataclass(frozen=True, slots=True, eq=False)
class Scan:
    """One slice, once or repeated.

    `item` names it in the result and is empty where it is the only one;
    `lonely` says why there is no `second`.
    """

    item: str
    first: Image
    second: Image | None
    lonely: AnalysisError | None


def scans_of(images: ImageSet, rules: PairRules) -> tuple[Scan, ...]:
    """Pair the images of the set, in order of slice position, then of time.

    Raises
    ------
    AnalysisError
        `missing_images` where there is none.
    """
    found = _once(images.images(ROLE))
    if not found:
        images.middle(ROLE)  # says which input is missing
    slices: list[list[Image]] = []
    for image in sorted(found, key=lambda one: (one.slice_position_mm, _order(one))):
        same = next((group for group in slices if difference(group[0], image, rules) is None), None)
        if same is None:
            slices.append([image])
        else:
            same.append(image)
    scans = [(number, *pair) for number, group in enumerate(slices, start=1) for pair in _dealt(group, rules)]
    return tuple(_named(scans, found, rules))


def difference(one: Image, other: Image, rules: PairRules) -> str | None:
    """Return the attribute in which two images differ so that they are no repetition; None where there is none."""
    if one.shape != other.shape:
        return "Rows, Columns"
    if not _near(one.spacing_mm, other.spacing_mm, rules.number_share * min(one.spacing_mm or (1.0, 1.0))):
        return "PixelSpacing"
    if not _near(one.orientation, other.orientation, rules.direction):
        return "ImageOrientationPatient"
    if not _near(one.position_mm, other.position_mm, rules.position_mm):
        return "ImagePositionPatient"
    for keyword in NUMBERS:
        a, b = one.number(keyword, 0.0), other.number(keyword, 0.0)
        if not isclose(a, b, rel_tol=rules.number_share):
            return keyword
    return next((keyword for keyword in WORDS if one.text(keyword) != other.text(keyword)), None)


def acquired_at(image: Image) -> datetime | None:
    """Return when the image was acquired, None where the header does not say or was anonymised."""
    for date, time in DATE_TIMES:
        text = image.text(date) + (image.text(time) if time else "")
        moment = _moment(text.partition("+")[0].partition("-")[0])
        if moment is not None and moment.year >= FIRST_YEAR:
            return moment
    return None


def _moment(text: str) -> datetime | None:
    try:
        return datetime.strptime(text.partition(".")[0], "%Y%m%d%H%M%S")  # noqa: DTZ007 - only differences count
    except ValueError:
        return None


def _once(images: Iterable[Image]) -> list[Image]:
    """Return every image once, whatever came twice."""
    return list({(image.uid, image.frame): image for image in images}.values())


def _order(image: Image) -> tuple[str, float, float, float, str, int]:
    moment = acquired_at(image)
    numbers = (image.number(keyword, 0.0) for keyword in ("SeriesNumber", "AcquisitionNumber", "InstanceNumber"))
    return (moment.isoformat() if moment else "", *numbers, image.uid, image.frame)  # type: ignore[return-value]


def _dealt(group: list[Image], rules: PairRules) -> Iterator[tuple[Image, Image | None]]:
    """Deal repetitions in order of time into pairs that are minutes apart; what is left over stands alone."""
    waiting: Image | None = None
    for image in group:
        if waiting is not None and _within(waiting, image, rules.within_min):
            yield waiting, image
            waiting = None
            continue
        if waiting is not None:
            yield waiting, None
        waiting = image
    if waiting is not None:
        yield waiting, None


def _within(one: Image, other: Image, minutes: float) -> bool:
    """Whether two images were acquired within `minutes`; unknown times separate nothing."""
    a, b = acquired_at(one), acquired_at(other)
    return a is None or b is None or abs((b - a).total_seconds()) <= 60.0 * minutes


def _named(scans: list[tuple[int, Image, Image | None]], found: list[Image], rules: PairRules) -> Iterator[Scan]:
    numbers = [number for number, _, _ in scans]
    for place, (number, first, second) in enumerate(scans):
        several = numbers.count(number) > 1
        label = [f"slice={number}"] if len(set(numbers)) > 1 else []
        label += [f"pair={numbers[:place].count(number) + 1}"] if several else []
        yield Scan(",".join(label), first, second, None if second is not None else _lonely(first, found, rules))


def _lonely(image: Image, found: list[Image], rules: PairRules) -> AnalysisError:
    others = [other for other in found if other is not image]
    advice = N_("acquire the phantom twice with the same settings, without a prescan in between, and send both images")
    if not others:
        return AnalysisError(
            "no_second_image", N_("the difference of two images needs a second one; there is only one"), advice=advice
        )
    reasons = [reason for other in others if (reason := difference(image, other, rules)) is not None]
    if len(reasons) < len(others):
        return AnalysisError(
            "no_second_image",
            N_("no second image of this slice was acquired within {minutes:.0f} minutes"),
            advice=advice,
            minutes=rules.within_min,
        )
    keyword = max(reasons, key=lambda reason: _RANK.get(reason, len(_RANK)))
    return AnalysisError(
        "not_a_pair",
        N_("the images are no pair: they differ in {keyword}"),
        advice=advice,
        keyword=keyword,
    )


def _near(one: tuple[float, ...] | None, other: tuple[float, ...] | None, tolerance: float) -> bool:
    if one is None or other is None:
        return one is other
    return bool(np.abs(np.subtract(one, other)).max() <= tolerance)


# The further down an attribute stands, the more alike are two images that differ there first.
_RANK = {
    keyword: rank
    for rank, keyword in enumerate(
        ("Rows, Columns", "PixelSpacing", "ImageOrientationPatient", "ImagePositionPatient", *NUMBERS, *WORDS)
    )
}
