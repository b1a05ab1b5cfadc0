# SPDX-License-Identifier: LGPL-3.0-or-later
"""Attributes of the header that a profile records like measurements."""

from collections.abc import Iterable, Mapping, Sequence

from optimage.matching.conditions import components_of, number_of
from optimage.messages import N_, Message
from optimage.model.images import Header
from optimage.model.profile import RECORDED_METHOD, RecordRule
from optimage.model.results import Failure, Measurement


def recorded(
    headers: Sequence[Header], rules: Iterable[RecordRule]
) -> tuple[tuple[Measurement, ...], tuple[Failure, ...]]:
    """Read the attributes that a profile records like measurements.

    The key is the DICOM keyword. Several headers give their median; of a
    multi-valued attribute the first value counts. An attribute without any
    number in `headers` is a failure.
    """
    measurements, failures = [], []
    for rule in rules:
        found = (number_of(components_of(header.get(rule.keyword))[0]) for header in headers)
        numbers = [number for number in found if number is not None]
        if numbers:
            from statistics import median  # not a light import, and seldom needed

            measurements.append(Measurement(rule.keyword, median(numbers), rule.unit, method=RECORDED_METHOD))
        else:
            failures.append(_unrecorded(rule.keyword))
    return tuple(measurements), tuple(failures)


def _unrecorded(keyword: str) -> Failure:
    values: Mapping[str, str] = {"keyword": keyword}
    message = Message(N_("the recorded DICOM attribute {keyword} is absent, empty or no number"), values)
    advice = Message(N_("remove {keyword} from the profile or export the image with its full header"), values)
    return Failure(f"record_{keyword}", "missing_attribute", message, advice)
