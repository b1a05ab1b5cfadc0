# SPDX-License-Identifier: LGPL-3.0-or-later
"""What is remembered of a header beside time and device: it shows what changed, and what was taken differently."""

from optimage.model.images import Header, HeaderValue

DEVICE = (
    "SoftwareVersions",
    "DateOfLastCalibration",
    "DetectorID",
    "DateOfLastDetectorCalibration",
    "XRaySourceID",
    "GantryID",
    "ReceiveCoilName",
    "TransmitCoilName",
    "CollimatorGridName",
)
"""What a repair, a new version or another part of a device changes."""
TECHNIQUE = (
    *("ProtocolName", "SeriesDescription", "ImageType", "PatientPosition", "Rows", "Columns", "PixelSpacing"),
    *("KVP", "XRayTubeCurrent", "ExposureTime", "Exposure", "FilterType", "FocalSpots", "Grid", "ExposureControlMode"),
    *("SliceThickness", "SpacingBetweenSlices", "ConvolutionKernel", "ReconstructionDiameter", "TableHeight"),
    *("ScanOptions", "SpiralPitchFactor", "SingleCollimationWidth", "TotalCollimationWidth"),
    *("RepetitionTime", "EchoTime", "InversionTime", "FlipAngle", "NumberOfAverages", "PixelBandwidth"),
    *("MagneticFieldStrength", "SequenceName", "InPlanePhaseEncodingDirection"),
    *("CollimatorType", "ActualFrameDuration", "CountsAccumulated"),
)
"""How images were taken: what may separate two populations in one profile."""


def attributes(header: Header) -> dict[str, str]:
    """Return these attributes as text, components joined by a backslash; those absent or empty are left out."""
    found = {keyword: _text(header.get(keyword, "")) for keyword in (*DEVICE, *TECHNIQUE)}
    return {keyword: text for keyword, text in found.items() if text}


def _text(value: HeaderValue) -> str:
    return "\\".join(map(str, value)) if isinstance(value, tuple) else str(value)
