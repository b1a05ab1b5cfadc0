# SPDX-License-Identifier: LGPL-3.0-or-later
"""What authors of phantom modules and plugins import; stable across releases.

Everything here is a plain value or a marker, so the import is light. The
measuring itself lives in `optimage.imaging`, digital phantoms in
`optimage.synthetic`, ready-made checks for a module in `optimage.testing`.
"""

import pluggy

from optimage.errors import AnalysisError, OptimageError, UsageError
from optimage.messages import N_, Message
from optimage.model.images import Box, FloatArray, Header, HeaderValue, Image, ImageSet, Vector, missing_attribute
from optimage.model.phantom import (
    InputSpec,
    MeasurementSpec,
    Parameters,
    ParameterSpec,
    ParameterValue,
    PhantomInfo,
    PhantomModule,
)
from optimage.model.results import AnalysisResult, Curve, Failure, Measurement, Note
from optimage.model.shapes import Disc, Localisation, Overlay, Polyline, Rectangle, RoiStatistics, Shape
from optimage.model.units import Unit

hookimpl = pluggy.HookimplMarker("optimage")
"""Marks a function of a plugin as the implementation of the hook of the same name."""


def default_parameters(info: PhantomInfo) -> dict[str, ParameterValue]:
    """Return the default of every parameter of a module."""
    return {parameter.name: parameter.default for parameter in info.parameters}


__all__ = [
    "N_",
    "AnalysisError",
    "AnalysisResult",
    "Box",
    "Curve",
    "Disc",
    "Failure",
    "FloatArray",
    "Header",
    "HeaderValue",
    "Image",
    "ImageSet",
    "InputSpec",
    "Localisation",
    "Measurement",
    "MeasurementSpec",
    "Message",
    "Note",
    "OptimageError",
    "Overlay",
    "ParameterSpec",
    "ParameterValue",
    "Parameters",
    "PhantomInfo",
    "PhantomModule",
    "Polyline",
    "Rectangle",
    "RoiStatistics",
    "Shape",
    "Unit",
    "UsageError",
    "Vector",
    "default_parameters",
    "hookimpl",
    "missing_attribute",
]
