# SPDX-License-Identifier: LGPL-3.0-or-later
"""A result as it is stored, shown, charted and reported."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import nan

from optimage.messages import Message
from optimage.model.phantom import ParameterValue
from optimage.model.results import Curve, Failure, Measurement, Note
from optimage.model.shapes import Localisation, Overlay
from optimage.model.tolerance import Judgement, Verdict


@dataclass(frozen=True, slots=True)
class InputReference:
    """One image that was measured, and the hash of its data set as received."""

    uid: str
    role: str
    sha256: str
    frame: int = 0


@dataclass(frozen=True, slots=True)
class ProfileReference:
    """Which revision of which profile judged."""

    id: str
    revision: int
    title: str = ""


@dataclass(frozen=True, slots=True)
class DeviceIdentity:
    """One unit: maker, model and serial number identify it, the station name helps people."""

    manufacturer: str = ""
    model: str = ""
    serial: str = ""
    station: str = ""
    name: str = ""

    @property
    def title(self) -> str:
        """What people call it: the name a profile gives, else maker, model and serial number."""
        described = " ".join(part for part in (self.manufacturer, self.model, self.serial) if part)
        return self.name or described or self.station


@dataclass(frozen=True, slots=True)
class Acquisition:
    """When (UTC) the images were taken, by which attribute, and on which device.

    `attributes` are further DICOM attributes by keyword, as text: what a change of the device shows in, and what
    separates images that were taken differently.
    """

    at: datetime | None = None
    source: str = ""
    modality: str = ""
    device: DeviceIdentity = DeviceIdentity()
    institution: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """A value that a person read, with who entered it, when and with which remark."""

    key: str
    value: float
    unit: str
    uncertainty: float = nan
    operator: str = ""
    at: datetime | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Assignment:
    """Images that a person put into the set of a profile which had not taken them by itself.

    `lines` are the match rules that the images fail, each with what was found; none where
    they fail none, after a tie for instance. `uids` name the images.
    """

    profile: str
    operator: str
    at: datetime
    text: str = ""
    lines: tuple[Message, ...] = ()
    uids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Provenance:
    """Everything needed to get the same numbers again.

    `imported_sha256` is the hash of the file that older results were imported from; empty for all others.
    """

    software_version: str
    module_version: str
    geometry_sha256: str = ""
    parameters: Mapping[str, ParameterValue] = field(default_factory=dict)
    platform: Mapping[str, str] = field(default_factory=dict)
    operator: str = ""
    analysed_at: datetime | None = None
    inputs_sha256: str = ""
    phantom_serial: str = ""
    profile_sha256: str = ""
    readings: tuple[Reading, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    imported_sha256: str = ""

    @property
    def imported(self) -> bool:
        """Whether the values came from a file of older results instead of images."""
        return bool(self.imported_sha256)


@dataclass(frozen=True, slots=True)
class JudgedMeasurement:
    """A measurement and what was said of it."""

    measurement: Measurement
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class Review:
    """What a person said of a result: `accept`, `reject`, `comment`, `exclude` or `include`."""

    action: str
    operator: str
    at: datetime
    text: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """One measurement set, analysed and judged. Never changed once stored.

    `id` and `set_id` are None until stored. `current` is False once a later
    result of the same set supersedes it.
    """

    phantom: str
    verdict: Verdict
    acquisition: Acquisition
    provenance: Provenance
    profile: ProfileReference | None = None
    measurements: tuple[JudgedMeasurement, ...] = ()
    failures: tuple[Failure, ...] = ()
    notes: tuple[Note, ...] = ()
    localisation: Localisation | None = None
    curves: tuple[Curve, ...] = ()
    overlays: tuple[Overlay, ...] = ()
    inputs: tuple[InputReference, ...] = ()
    id: int | None = None
    set_id: int | None = None
    current: bool = True
    reviews: tuple[Review, ...] = ()

    def find(self, key: str, item: str = "") -> JudgedMeasurement | None:
        """Return the judged measurement of `key` and `item`, None if there is none."""
        for judged in self.measurements:
            if judged.measurement.key == key and judged.measurement.item == item:
                return judged
        return None
