# SPDX-License-Identifier: LGPL-3.0-or-later
"""What the report of a measurement is made from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from optimage.charts.history import History
from optimage.i18n import _
from optimage.model.control import ControlLines, TrendPoint
from optimage.model.images import Image
from optimage.model.outcome import JudgedMeasurement, Result
from optimage.model.phantom import PhantomInfo
from optimage.model.profile import READING_METHOD, RECORDED_METHOD, Profile
from optimage.model.signature import Signed
from optimage.model.tolerance import Verdict

JUDGED = (Verdict.PASS, Verdict.WARNING, Verdict.FAIL)


@dataclass(frozen=True, slots=True)
class MeasurementContext:
    """One result and everything that explains it.

    Attributes
    ----------
    result : Result
        The result to report.
    info : PhantomInfo or None
        Card of the module, for titles; None where it is no longer installed.
    images : mapping of (uid, frame) to Image
        The images that may be shown; empty where they are no longer kept.
    trends : mapping of key to points, oldest first
        History of each summary value up to this result, with or without it.
    lines : mapping of key to ControlLines or None
        Control lines from the points before this result.
    profile : Profile or None
        The revision that judged.
    histories : mapping of key to History
        Segments, events and rules that became true, this result included; without one, `trends` and `lines` are drawn.
    signatures : tuple of Signed
        Who stands for this result.
    """

    result: Result
    info: PhantomInfo | None = None
    images: Mapping[tuple[str, int], Image] = field(default_factory=dict)
    trends: Mapping[str, tuple[TrendPoint, ...]] = field(default_factory=dict)
    lines: Mapping[str, ControlLines | None] = field(default_factory=dict)
    profile: Profile | None = None
    histories: Mapping[str, History] = field(default_factory=dict)
    signatures: tuple[Signed, ...] = ()

    @property
    def phantom_title(self) -> str:
        """Translated title of the phantom module, else its id."""
        return _(self.info.title) if self.info else self.result.phantom

    def title(self, key: str) -> str:
        """Return the translated title of a measurement or what the profile calls a reading, else its key."""
        spec = self.info.measure(key) if self.info else None
        if spec:
            return _(spec.title)
        rules = self.profile.readings if self.profile else ()
        return next((rule.title for rule in rules if rule.key == key and rule.title), key)

    @property
    def summaries(self) -> tuple[JudgedMeasurement, ...]:
        """Measured summaries, without items and without what was read from the header or by a person."""
        return tuple(j for j in self.result.measurements if not j.measurement.item and _from_images(j))

    @property
    def items(self) -> tuple[JudgedMeasurement, ...]:
        """Values of single slices, heads, frames."""
        return tuple(j for j in self.result.measurements if j.measurement.item and _from_images(j))

    @property
    def recorded(self) -> tuple[JudgedMeasurement, ...]:
        """What was read from the header."""
        return tuple(j for j in self.result.measurements if j.measurement.method == RECORDED_METHOD)

    @property
    def readings(self) -> tuple[JudgedMeasurement, ...]:
        """What a person read, and what is still to be read."""
        return tuple(j for j in self.result.measurements if j.measurement.method == READING_METHOD)

    def history(self, judged: JudgedMeasurement) -> tuple[TrendPoint, ...]:
        """Return the trend of a summary, this result's own point included."""
        points = tuple(self.trends.get(judged.measurement.key, ()))
        at = self.result.acquisition.at
        if at is None or any(point.result_id == self.own_id for point in points):
            return points
        measured, revision = judged.measurement, self.result.profile.revision if self.result.profile else 0
        own = TrendPoint(
            self.own_id, at, measured.value, measured.unit, judged.judgement, measured.uncertainty, revision
        )
        return (*points, own)

    @property
    def own_id(self) -> int:
        """Id of this result; 0 before it is stored."""
        return self.result.id or 0


def _from_images(judged: JudgedMeasurement) -> bool:
    return judged.measurement.method not in (RECORDED_METHOD, READING_METHOD)
