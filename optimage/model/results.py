# SPDX-License-Identifier: LGPL-3.0-or-later
"""What a phantom module returns: measurements, and everything that explains them."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import nan

from optimage.errors import OptimageError
from optimage.messages import Message
from optimage.model.shapes import Overlay

NO_ADVICE = Message("")


@dataclass(frozen=True, slots=True)
class Measurement:
    """One number.

    Attributes
    ----------
    key : str
        Stable `snake_case` name.
    value : float
        NaN where it could not be measured; the reason is then a failure.
    unit : str
        A `Unit`, or the unit a profile gives to a recorded attribute.
    uncertainty : float
        Standard uncertainty (k = 1) in `unit`; NaN where unknown.
    method : str
        `id@version` of the way it was measured; values of different
        methods are never compared.
    item : str
        Empty for the judged summary, else `slice=12`, `head=2`, ...
    """

    key: str
    value: float
    unit: str
    uncertainty: float = nan
    method: str = ""
    item: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """A sub-test that gave no value, with its reason and what to do."""

    subtest: str
    code: str
    message: Message
    advice: Message = NO_ADVICE

    @classmethod
    def from_error(cls, subtest: str, error: OptimageError) -> "Failure":
        """Tell of `error` as the failure of `subtest`."""
        return cls(subtest, error.code, error.message, error.advice)


@dataclass(frozen=True, slots=True)
class Note:
    """A remark or warning beside values that were measured."""

    code: str
    message: Message


@dataclass(frozen=True, slots=True)
class Curve:
    """A function behind a number: a profile, an MTF, a spectrum."""

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    x_label: str = ""
    y_label: str = ""
    x_unit: str = ""
    y_unit: str = ""


@dataclass(frozen=True, slots=True)
class AnalysisResult:
    """All that one analysis found. Sub-tests are independent: one failure hides no other value."""

    measurements: tuple[Measurement, ...] = ()
    overlays: tuple[Overlay, ...] = ()
    curves: tuple[Curve, ...] = ()
    notes: tuple[Note, ...] = ()
    failures: tuple[Failure, ...] = ()

    def __getitem__(self, key: str) -> Measurement:
        """Return the summary (empty item) of `key`; KeyError if it was not measured."""
        for measurement in self.measurements:
            if measurement.key == key and not measurement.item:
                return measurement
        raise KeyError(key)

    @classmethod
    def combined(cls, parts: Iterable["AnalysisResult"]) -> "AnalysisResult":
        """Join the results of several sub-tests, in order."""
        parts = tuple(parts)
        return cls(
            tuple(m for part in parts for m in part.measurements),
            tuple(o for part in parts for o in part.overlays),
            tuple(c for part in parts for c in part.curves),
            tuple(n for part in parts for n in part.notes),
            tuple(f for part in parts for f in part.failures),
        )
