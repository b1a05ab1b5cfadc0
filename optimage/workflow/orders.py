# SPDX-License-Identifier: LGPL-3.0-or-later
"""What is handed to a worker, and what comes back; both cross process borders."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from optimage.dicom.objects import ReadObject
from optimage.model.outcome import Acquisition, Assignment, InputReference
from optimage.model.phantom import ParameterValue
from optimage.model.profile import RecordRule
from optimage.model.results import AnalysisResult, Failure, Note
from optimage.model.shapes import Localisation


@dataclass(frozen=True, slots=True)
class Source:
    """One object to measure: where its bytes are, in which role, and what was read from it before, if anything was."""

    role: str
    origin: Path | bytes
    uid: str
    sha256: str
    known: ReadObject | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class WorkOrder:
    """One analysis: module, images, parameters, and a localisation to replay if there is one."""

    phantom: str
    sources: tuple[Source, ...]
    parameters: Mapping[str, ParameterValue] = field(default_factory=dict)
    record: tuple[RecordRule, ...] = ()
    localisation: Localisation | None = None
    failures: tuple[Failure, ...] = ()
    notes: tuple[Note, ...] = ()
    assignments: tuple[Assignment, ...] = ()

    @property
    def inputs(self) -> tuple[InputReference, ...]:
        """The images as they are kept with the result."""
        return tuple(InputReference(source.uid, source.role, source.sha256) for source in self.sources)

    @property
    def inputs_sha256(self) -> str:
        """Hash of all inputs with their roles, whatever the order they came in."""
        lines = sorted(f"{source.role} {source.uid} {source.sha256}" for source in self.sources)
        return sha256("\n".join(lines).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class WorkOutcome:
    """What an analysis found, not judged yet."""

    analysis: AnalysisResult
    acquisition: Acquisition = field(default_factory=Acquisition)
    localisation: Localisation | None = None
    module_version: str = ""
    geometry_sha256: str = ""
    parameters: Mapping[str, ParameterValue] = field(default_factory=dict)
    platform: Mapping[str, str] = field(default_factory=dict)
