# SPDX-License-Identifier: LGPL-3.0-or-later
"""From what stands in a row to a result of the profile; pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from optimage.judge import NOT_JUDGED, judge, overall
from optimage.messages import N_, Message
from optimage.model.outcome import (
    Acquisition,
    DeviceIdentity,
    JudgedMeasurement,
    ProfileReference,
    Provenance,
    Reading,
    Result,
)
from optimage.model.profile import READING_METHOD, ProfileRevision
from optimage.model.results import Measurement, Note
from optimage.model.tolerance import Judgement
from optimage.version import VERSION

if TYPE_CHECKING:
    from optimage.history.records import Record

IMPORTED = "imported"  # where the time of such a result comes from


@dataclass(frozen=True, slots=True)
class Import:
    """What all results of one import share; units and methods are those of the keys, `judged` asks for verdicts."""

    revision: ProfileRevision
    units: Mapping[str, str]
    methods: Mapping[str, str]
    judged: bool
    operator: str
    at: datetime
    file_name: str

    def result(self, record: "Record", device: DeviceIdentity) -> Result:
        """Return a record as a result, with verdicts of this revision only where they are asked for."""
        profile = self.revision.profile
        measurements = tuple(self._measurements(record))
        judged = tuple(JudgedMeasurement(one, self._judgement(one)) for one in measurements)
        told = Message(N_("imported from {file}, line {line}"), {"file": self.file_name, "line": record.line})
        return Result(
            phantom=profile.phantom,
            verdict=overall(judged, ()),
            acquisition=Acquisition(record.at, IMPORTED, device=device),
            provenance=Provenance(
                VERSION,
                "",
                operator=self.operator,
                phantom_serial=profile.phantom_serial,
                profile_sha256=self.revision.sha256,
                readings=tuple(self._reading(one) for one in measurements if one.method == READING_METHOD),
            ),
            profile=ProfileReference(profile.id, self.revision.revision, profile.title),
            measurements=judged,
            notes=(Note("imported", told),),
        )

    def _measurements(self, record: "Record") -> Iterator[Measurement]:
        for key, number in record.values.items():
            yield Measurement(key, number.value, self.units[key], number.uncertainty, self.methods[key])

    def _judgement(self, measurement: Measurement) -> Judgement:
        if not self.judged:
            return NOT_JUDGED
        return judge(measurement, self.revision.profile.tolerances.get(measurement.key))

    def _reading(self, measurement: Measurement) -> Reading:
        """Return who entered a value that a person read, so that further readings can be added to it."""
        return Reading(
            measurement.key,
            measurement.value,
            measurement.unit,
            measurement.uncertainty,
            self.operator,
            self.at,
            self.file_name,
        )
