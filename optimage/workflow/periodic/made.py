# SPDX-License-Identifier: LGPL-3.0-or-later
"""What a schedule asks of those who make reports."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from optimage.model.periodic import ReportRun, ReportSchedule


@dataclass(frozen=True, slots=True)
class Made:
    """A report as the bytes of its files.

    Attributes
    ----------
    files : mapping of str to bytes
        One for each format, by its name.
    behind : str
        Hash of everything that stands behind it.
    empty : bool
        Whether nothing was measured and nothing happened in its period.
    """

    files: Mapping[str, bytes] = field(default_factory=dict)
    behind: str = ""
    empty: bool = False


class Make(Protocol):
    """Makes the report of a run: the same bytes whenever it is called, as long as nothing behind it changed."""

    def __call__(self, schedule: ReportSchedule, run: ReportRun, /) -> Made:
        """Return the report on the period of `run`, as of the moment it was due."""
        ...
