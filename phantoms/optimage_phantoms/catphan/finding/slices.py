# SPDX-License-Identifier: LGPL-3.0-or-later
"""Which objects of a series are slices of one stack, and why the others are left out."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from optimage.api import N_, AnalysisError, FloatArray, Image, ImageSet, missing_attribute
from optimage_phantoms.catphan.method import Method
from optimage_phantoms.ct_objects import check_ct_slice

ROLE = "series"
OTHER_MODALITY = N_("send the CT series of the CATPHAN, or choose another phantom module")
SAME_PLACE_MM = 0.01
PARALLEL = 0.999  # cosine of the angle between two slice normals, 2.6°
MOST_TELLING = ("wrong_modality", "missing_attribute", "wrong_object")


@dataclass(frozen=True, eq=False)
class Stack:
    """Slices of equal matrix and orientation, one at each place, in order along their normal.

    `numbers` count from 1 in the whole series; `left_out` tells by number
    why a slice is not among them.
    """

    images: tuple[Image, ...]
    numbers: tuple[int, ...]
    left_out: Mapping[int, str]

    @cached_property
    def positions_mm(self) -> FloatArray:
        """Positions along the normal, shape (n,)."""
        return np.array([image.slice_position_mm for image in self.images])

    @property
    def spacing_mm(self) -> tuple[float, float]:
        """Row and column spacing."""
        return self.images[0].required_spacing_mm


def stack_of(images: ImageSet, method: Method) -> Stack:
    """Return the usable slices of the series.

    Raises
    ------
    AnalysisError
        `missing_images`, `wrong_modality`, `wrong_object` or
        `missing_attribute` where no slice is left.
    """
    series = images.stack(ROLE)
    if not series:
        images.middle(ROLE)  # says which input is missing
    refused: dict[int, AnalysisError] = {}
    usable: dict[int, Image] = {}
    for number, image in enumerate(series, start=1):
        try:
            _check(image, method, alone=len(series) == 1)
        except AnalysisError as error:
            refused[number] = error
        else:
            usable[number] = image
    if not usable:
        raise min(refused.values(), key=lambda error: MOST_TELLING.index(error.code))
    left_out = {number: error.code for number, error in refused.items()} | _odd_ones(usable)
    kept = {number: image for number, image in usable.items() if number not in left_out}
    return Stack(tuple(kept.values()), tuple(kept), left_out)


def _check(image: Image, method: Method, *, alone: bool) -> None:
    check_ct_slice(image, sop_classes=method.sop_classes, image_types=method.image_types, advice=OTHER_MODALITY)
    if min(image.required_spacing_mm) <= 0.0:
        raise missing_attribute("PixelSpacing")
    if not alone and image.position_mm is None:
        raise missing_attribute("ImagePositionPatient")
    if not alone and image.orientation is None:
        raise missing_attribute("ImageOrientationPatient")


def _odd_ones(usable: dict[int, Image]) -> dict[int, str]:
    """Return by number the slices of another matrix or orientation than most, and those at the place of another."""
    found: dict[int, str] = {}
    grids = Counter(_grid(image) for image in usable.values())
    grid = grids.most_common(1)[0][0]
    alike = {number: image for number, image in usable.items() if _grid(image) == grid}
    found |= {number: "other_matrix" for number in usable if number not in alike}
    normals = _normals(alike.values())
    middle = np.median(normals, axis=0)
    agreement = normals @ middle / float(middle @ middle)
    last: float | None = None
    for (number, image), parallel in zip(alike.items(), agreement, strict=True):
        place = image.slice_position_mm
        if parallel < PARALLEL:
            found[number] = "other_orientation"
        elif last is not None and abs(place - last) < SAME_PLACE_MM:
            found[number] = "same_position"
        else:
            last = place
    return found


def _grid(image: Image) -> tuple[object, ...]:
    spacing = image.required_spacing_mm
    return image.shape, round(spacing[0], 4), round(spacing[1], 4)


def _normals(images: Iterable[Image]) -> FloatArray:
    """Return the slice normals, shape (n, 3)."""
    axes = np.array([image.orientation or (1.0, 0.0, 0.0, 0.0, 1.0, 0.0) for image in images])
    return np.cross(axes[:, :3], axes[:, 3:])
