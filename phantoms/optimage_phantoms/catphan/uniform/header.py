# SPDX-License-Identifier: LGPL-3.0-or-later
"""Values of the DICOM header that belong to the measured ones: dose, tube, slice."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import isfinite, nan
from pathlib import Path
from statistics import fmean

from optimage.api import Image
from optimage_phantoms.catphan.case import CatphanCase
from optimage_phantoms.parts import Part, Value
from optimage_phantoms.tables import read_tables

SCHEMA = 1
FILE = Path(__file__).with_name("header.toml")


@dataclass(frozen=True, slots=True)
class Recorded:
    """The attributes that may tell a value, the first that is there counts, and what each is multiplied by."""

    keywords: tuple[str, ...]
    scale: tuple[float, ...]
    unit: str

    def of(self, image: Image) -> float:
        """Return the value that the header of `image` tells, NaN where none does."""
        for keyword, scale in zip(self.keywords, self.scale, strict=True):
            if keyword in image.header:
                return scale * image.number(keyword, nan)
        return nan


@cache
def load_recorded() -> Mapping[str, Recorded]:
    """Return by key what is recorded; ValueError where the file has another schema than this code."""
    _, tables = read_tables(FILE, schema=SCHEMA)
    return {
        key: Recorded(tuple(table["keywords"]), tuple(table["scale"]), table["unit"])
        for key, table in tables.items()
        if isinstance(table, dict)
    }


def of_scan(case: CatphanCase, _: Mapping[str, Value]) -> Part:
    """Read the attributes; of each the mean over the slices that tell it."""
    values: dict[str, Value] = {}
    for key, recorded in load_recorded().items():
        told = [value for value in map(recorded.of, case.stack) if isfinite(value)]
        if told:
            values[key] = fmean(told), nan
    return Part(values)
