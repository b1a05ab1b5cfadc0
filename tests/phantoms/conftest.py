# SPDX-License-Identifier: LGPL-3.0-or-later
"""What the phantom tests share: analyse images as the program does, and read real ones."""

from collections.abc import Iterable
from pathlib import Path

import pydicom
from pydicom.multival import MultiValue

from optimage.api import AnalysisResult, Image, ImageSet, Localisation, PhantomModule, default_parameters

NO_VALUES = {"SQ", "OW", "OB", "UN"}


def as_series(images: Iterable[Image]) -> ImageSet:
    return ImageSet({"series": tuple(images)})


def locate(module: PhantomModule, images: Iterable[Image], **parameters) -> Localisation:
    return module.locate(as_series(images), default_parameters(module.info) | parameters)


def analyse(module: PhantomModule, images: Iterable[Image], **parameters) -> AnalysisResult:
    images = as_series(images)
    chosen = default_parameters(module.info) | parameters
    return module.measure(images, module.locate(images, chosen), chosen)


def read_folder(folder: Path) -> list[Image]:
    """Read single-frame images with pydicom alone, so that these tests stand without the reader."""
    sets = [pydicom.dcmread(path) for path in sorted(folder.iterdir()) if path.is_file()]
    return [_image(one) for one in sets if "PixelData" in one]


def _image(dataset: pydicom.Dataset) -> Image:
    padding = dataset.get("PixelPaddingValue")
    return Image(
        dataset.pixel_array,
        str(dataset.SOPInstanceUID),
        {e.keyword: _plain(e.value) for e in dataset if e.keyword and e.VR not in NO_VALUES and e.value is not None},
        slope=float(dataset.get("RescaleSlope", 1)),
        intercept=float(dataset.get("RescaleIntercept", 0)),
        padding=None if padding is None else (padding, padding),
        spacing_mm=_floats(dataset, "PixelSpacing"),
        position_mm=_floats(dataset, "ImagePositionPatient"),
        orientation=_floats(dataset, "ImageOrientationPatient"),
    )


def _plain(value):
    if isinstance(value, MultiValue):
        return tuple(_plain(one) for one in value)
    return float(value) if isinstance(value, float) else value if isinstance(value, int) else str(value)


def _floats(dataset: pydicom.Dataset, keyword: str):
    return tuple(map(float, dataset[keyword].value)) if keyword in dataset else None
