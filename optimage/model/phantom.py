# SPDX-License-Identifier: LGPL-3.0-or-later
"""What a phantom module is, and how it describes itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from optimage.model.images import ImageSet
from optimage.model.results import AnalysisResult
from optimage.model.shapes import Localisation

ParameterValue = bool | int | float | str
Parameters = Mapping[str, ParameterValue]
"""Every parameter of the module by name, defaults filled in, types checked."""


@dataclass(frozen=True, slots=True)
class InputSpec:
    """One role a module needs images for.

    `same` names the DICOM attributes that images of one measurement share
    when no profile says otherwise; numbers with decimals agree within one
    part in 10 000. `acquired_within_s` is the longest time from the first
    acquisition of a set to any other, so that the same protocol of another
    day is another set; None where time does not count. `wanted` is how many
    images should come where fewer can be measured, too: a set with fewer
    gets a note on the nearest other image.
    """

    role: str
    minimum: int = 1
    maximum: int | None = None
    same: tuple[str, ...] = ("SeriesInstanceUID",)
    title: str = ""
    acquired_within_s: float | None = None
    wanted: int = 0


@dataclass(frozen=True, slots=True)
class ParameterSpec:
    """One setting of a module: its type, default, unit, allowed range or choices, and help."""

    name: str
    type: type[bool] | type[int] | type[float] | type[str]
    default: ParameterValue
    unit: str = ""
    help: str = ""
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MeasurementSpec:
    """One promised measurement.

    Attributes
    ----------
    key, unit, title : str
        The stable key, the unit, and what people read.
    source : str
        Standard and clause, or paper.
    summary : str
        How the judged value comes out of several items: `median`, `worst`, `mean` or `single`.
    method : str
        `id@version`.
    formula : str
        Plain statement for the reference.
    optional : bool
        True where some images cannot give it: it is then absent, without a failure.
    """

    key: str
    unit: str
    title: str
    source: str = ""
    summary: str = "single"
    method: str = ""
    formula: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class PhantomInfo:
    """The card of a module.

    `version` changes whenever measured values may change; `geometry_sha256`
    is the hash of the data file the module measures by, empty where it has none.
    """

    id: str
    title: str
    version: str
    modalities: frozenset[str]
    inputs: tuple[InputSpec, ...]
    measures: tuple[MeasurementSpec, ...]
    parameters: tuple[ParameterSpec, ...] = ()
    subtests: tuple[str, ...] = ()
    geometry_sha256: str = ""

    def measure(self, key: str) -> MeasurementSpec | None:
        """Return the spec of `key`, None if the module does not promise it."""
        return next((spec for spec in self.measures if spec.key == key), None)


class PhantomModule(Protocol):
    """Code for one kind of phantom: find it, then measure it.

    No files, no globals, no figures, no tolerances; the same input gives the
    same output; raises `AnalysisError` with a code and a sentence on which a
    technician can act.
    """

    @property
    def info(self) -> PhantomInfo:
        """The module's card."""
        ...

    def locate(self, images: ImageSet, parameters: Parameters) -> Localisation:
        """Find the phantom; the answer can be shown, edited and replayed."""
        ...

    def measure(self, images: ImageSet, localisation: Localisation, parameters: Parameters) -> AnalysisResult:
        """Measure inside `localisation`, each sub-test on its own."""
        ...
