# SPDX-License-Identifier: LGPL-3.0-or-later
"""One vocabulary for classic and enhanced objects: what profiles and modules ask for has its classic name."""

import re

from optimage.model.images import HeaderValue

# Enhanced objects measure some things under another name (PS3.3 C.8.13); profiles and modules know the classic one
RENAMED = {
    "EffectiveEchoTime": "EchoTime",
    "TransmitterFrequency": "ImagingFrequency",
    "PulseSequenceName": "SequenceName",
    "ResonantNucleus": "ImagedNucleus",
    "InversionTimes": "InversionTime",
    "MRAcquisitionPhaseEncodingStepsInPlane": "NumberOfPhaseEncodingSteps",
    "ExposureTimeInms": "ExposureTime",
    "XRayTubeCurrentInmA": "XRayTubeCurrent",
    "ExposureInmAs": "Exposure",
}

# What a classic ScanningSequence says in one attribute, an enhanced object says in several
SCANNING_SEQUENCE = (
    ("EchoPulseSequence", ("SPIN", "BOTH"), "SE"),
    ("InversionRecovery", ("YES",), "IR"),
    ("EchoPulseSequence", ("GRADIENT", "BOTH"), "GR"),
    ("EchoPlanarPulseSequence", ("YES",), "EP"),
)

# A value that enhanced objects spell out
RESPELT = {("InPlanePhaseEncodingDirection", "COLUMN"): "COL"}

COMPONENTS = {"M": "MAGNITUDE", "P": "PHASE", "R": "REAL", "I": "IMAGINARY"}
# Third or later value of ImageType: M, or M_SE and its like of Philips, or the whole word
_COMPONENT = re.compile(r"(?:([MPRI])(?:_\w*)?|(MAGNITUDE|PHASE|REAL|IMAGINARY))")
_GE_COMPONENTS = ("MAGNITUDE", "PHASE", "REAL", "IMAGINARY")  # GERawDataType 0 to 3


def with_classic_names(header: dict[str, HeaderValue]) -> dict[str, HeaderValue]:
    """Return `header` with everything also under its classic name; what has one already keeps it.

    Only the type of a frame wins over that of its object, which may be `MIXED`.
    """
    _respell(header)
    for enhanced, classic in RENAMED.items():
        _fill(header, classic, header.get(enhanced, ""))
    if header.get("FrameType", "") != "":
        header["ImageType"] = header["FrameType"]
    if header.get("Modality") == "MR":
        _fill(header, "ScanningSequence", _scanning_sequence(header))
        _fill(header, "AcquisitionMatrix", _acquisition_matrix(header))
        _fill(header, "ComplexImageComponent", _component(header))
    return header


def _fill(header: dict[str, HeaderValue], keyword: str, value: HeaderValue) -> None:
    if value not in ("", ()) and header.get(keyword, "") == "":
        header[keyword] = value


def _respell(header: dict[str, HeaderValue]) -> None:
    for (keyword, enhanced), classic in RESPELT.items():
        if header.get(keyword) == enhanced:
            header[keyword] = classic


def _scanning_sequence(header: dict[str, HeaderValue]) -> HeaderValue:
    words = tuple(word for keyword, values, word in SCANNING_SEQUENCE if header.get(keyword) in values)
    return words[0] if len(words) == 1 else words


def _acquisition_matrix(header: dict[str, HeaderValue]) -> HeaderValue:
    """Return rows and columns of the frequency steps, then of the phase steps (PS3.3 C.8.3.1)."""
    frequency = header.get("MRAcquisitionFrequencyEncodingSteps")
    phase = header.get("MRAcquisitionPhaseEncodingStepsInPlane")
    if not isinstance(frequency, int) or not isinstance(phase, int) or min(frequency, phase) < 1:
        return ""
    direction = header.get("InPlanePhaseEncodingDirection")
    if direction == "ROW":
        return 0, frequency, phase, 0
    return (frequency, 0, 0, phase) if direction == "COL" else ""


def _component(header: dict[str, HeaderValue]) -> str:
    """Return what is shown of the complex signal, empty where nothing tells it."""
    image_type = header.get("ImageType", "")
    for word in image_type[2:] if isinstance(image_type, tuple) else ():
        found = _COMPONENT.fullmatch(str(word).strip().upper())
        if found:
            return COMPONENTS[found[1]] if found[1] else str(found[2])
    number = header.get("GERawDataType")
    return _GE_COMPONENTS[number] if isinstance(number, int) and 0 <= number < len(_GE_COMPONENTS) else ""
