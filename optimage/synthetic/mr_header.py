# SPDX-License-Identifier: LGPL-3.0-or-later
"""The DICOM attributes that a digital MR phantom carries, as a classic image and as a frame of an enhanced one."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from optimage.model.images import Header, HeaderValue, Vector
from optimage.synthetic.rendering import Storage
from optimage.synthetic.uids import synthetic_uid

MR_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.4"
ENHANCED_MR_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.4.1"

Orientation = tuple[float, float, float, float, float, float]
PLANES: dict[str, Orientation] = {
    "transverse": (1.0, 0.0, 0.0, 0.0, 1.0, 0.0),
    "sagittal": (0.0, 1.0, 0.0, 0.0, 0.0, -1.0),
    "coronal": (1.0, 0.0, 0.0, 0.0, 0.0, -1.0),
    "oblique": (1.0, 0.0, 0.0, 0.0, 0.8, -0.6),  # a transverse plane tilted about the x axis
}
_PULSE = {"SE": "SPIN", "GR": "GRADIENT"}  # classic ScanningSequence to EchoPulseSequence


@dataclass(frozen=True, slots=True)
class MrScan:
    """Scanner and protocol of a digital MR image. `text` names the measurement: same text, same UIDs.

    Attributes
    ----------
    plane : str
        `transverse`, `sagittal`, `coronal` or `oblique` (see `PLANES`).
    centre_mm : (float, float, float)
        Where the middle of the first slice lies in the patient's coordinates.
    phase_direction : str
        `COL`: phase is encoded along the columns, ghosts lie above and below; `ROW`: along the rows.
    acquisition_matrix : (int, int) or None
        Frequency and phase encoding steps; None for the size of the image.
    image_type : tuple of str
        Values from the fourth on, `NORM` and `DIS2D` among them where the
        vendor has corrected something. The first three are `DERIVED`,
        `SECONDARY`, and `M` or `R`.
    repeat_s, series_number : float, int
        From one repeat to the next; number of the first repeat's series.
    enhanced : bool
        One multi-frame Enhanced MR object a repeat instead of one object a slice.
    """

    text: str = "mr"
    acquired: datetime = datetime(2026, 1, 5, 7, 30)  # noqa: DTZ001 - DICOM times are local without a zone
    manufacturer: str = "Optimage"
    model: str = "Digital MR"
    serial: str = "SYN-3"
    station: str = "MR-SYN"
    institution: str = "Digital hospital"
    software: str = "1"
    field_t: float = 1.5
    frequency_mhz: float = 63.682
    receive_coil: str = "HEAD"
    transmit_coil: str = "BODY"
    scanning_sequence: str = "SE"
    sequence: str = "se2d1"
    tr_ms: float = 1000.0
    te_ms: float = 30.0
    flip_deg: float = 90.0
    averages: float = 1.0
    bandwidth_hz_px: float = 130.0
    b1rms_ut: float = 1.0
    sar_w_kg: float = 0.01
    phase_direction: str = "COL"
    acquisition_matrix: tuple[int, int] | None = None
    thickness_mm: float = 5.0
    slice_distance_mm: float = 10.0
    plane: str = "transverse"
    centre_mm: Vector = (0.0, 0.0, 0.0)
    image_type: tuple[str, ...] = ("ND",)
    repeat_s: float = 180.0
    series_number: int = 1
    protocol: str = "QC MR bottle"
    description: str = "Digital MR bottle"
    enhanced: bool = False


@dataclass(frozen=True, slots=True)
class MrPlace:
    """Which image of a measurement: repeat and slice from 0, where its first pixel lies, what is stored in it."""

    repeat: int
    slice: int
    shape: tuple[int, int]
    spacing_mm: tuple[float, float]
    position_mm: Vector
    steps: tuple[int, int]
    storage: Storage
    real: bool = False


def mr_header(scan: MrScan, place: MrPlace) -> Header:
    """Return the attributes of one image as plain values.

    Those of an enhanced object are the ones of one frame, flat and with
    classic names beside the enhanced ones, as the reader hands them out;
    `write_frames` sorts them into functional groups.
    """
    kind = _enhanced(scan, place) if scan.enhanced else _classic(scan, place)
    common = _patient_and_device(scan) | _identity(scan, place) | _times(scan, place) | _pixels(place)
    return common | _protocol(scan, place) | kind


def _patient_and_device(scan: MrScan) -> dict[str, HeaderValue]:
    return {
        "PatientName": "QC^SYNTHETIC",
        "PatientID": "QC-SYNTH",
        "PatientBirthDate": "",
        "PatientSex": "",
        "PatientPosition": "HFS",
        "Modality": "MR",
        "Manufacturer": scan.manufacturer,
        "ManufacturerModelName": scan.model,
        "DeviceSerialNumber": scan.serial,
        "StationName": scan.station,
        "InstitutionName": scan.institution,
        "SoftwareVersions": scan.software,
        "ReferringPhysicianName": "",
        "AccessionNumber": "",
        "PositionReferenceIndicator": "",
        "ProtocolName": scan.protocol,
        "SeriesDescription": scan.description,
        "MagneticFieldStrength": scan.field_t,
        "B1rms": scan.b1rms_ut,
        "SAR": scan.sar_w_kg,
        "MRAcquisitionType": "2D",
        "Laterality": "",
    }


def _identity(scan: MrScan, place: MrPlace) -> dict[str, HeaderValue]:
    instance = f"{scan.text}/instance/{place.repeat}" + ("" if scan.enhanced else f"/{place.slice}")
    return {
        "SOPInstanceUID": synthetic_uid(instance),
        "SeriesInstanceUID": synthetic_uid(f"{scan.text}/series/{place.repeat}"),
        "StudyInstanceUID": synthetic_uid(f"{scan.text}/study"),
        "FrameOfReferenceUID": synthetic_uid(f"{scan.text}/frame_of_reference"),
        "StudyID": "1",
        "SeriesNumber": scan.series_number + place.repeat,
        "AcquisitionNumber": 1,
        "InstanceNumber": 1 if scan.enhanced else place.slice + 1,
    }


def _times(scan: MrScan, place: MrPlace) -> dict[str, HeaderValue]:
    at = scan.acquired + timedelta(seconds=scan.repeat_s * place.repeat)
    date, time = f"{at:%Y%m%d}", f"{at:%H%M%S.%f}"
    times: dict[str, HeaderValue] = {
        "StudyDate": f"{scan.acquired:%Y%m%d}",
        "StudyTime": f"{scan.acquired:%H%M%S.%f}",
        **{f"{level}Date": date for level in ("Series", "Content")},
        **{f"{level}Time": time for level in ("Series", "Content")},
        "AcquisitionDateTime": date + time,
    }
    return times if scan.enhanced else times | {"AcquisitionDate": date, "AcquisitionTime": time}


def _pixels(place: MrPlace) -> dict[str, HeaderValue]:
    storage = place.storage
    return {
        "Rows": place.shape[0],
        "Columns": place.shape[1],
        "PixelSpacing": place.spacing_mm,
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "BitsAllocated": 16,
        "BitsStored": storage.bits,
        "HighBit": storage.bits - 1,
        "PixelRepresentation": int(storage.signed),
    }


def _protocol(scan: MrScan, place: MrPlace) -> dict[str, HeaderValue]:
    frequency, phase = place.steps
    return {
        "SliceThickness": scan.thickness_mm,
        "SpacingBetweenSlices": scan.slice_distance_mm,
        "ImagePositionPatient": place.position_mm,
        "ImageOrientationPatient": PLANES[scan.plane],
        "ComplexImageComponent": "REAL" if place.real else "MAGNITUDE",
        "ScanningSequence": scan.scanning_sequence,
        "SequenceName": scan.sequence,
        "RepetitionTime": scan.tr_ms,
        "EchoTime": scan.te_ms,
        "EchoTrainLength": 1,
        "FlipAngle": scan.flip_deg,
        "NumberOfAverages": scan.averages,
        "PixelBandwidth": scan.bandwidth_hz_px,
        "ImagedNucleus": "1H",
        "ImagingFrequency": scan.frequency_mhz,
        "ReceiveCoilName": scan.receive_coil,
        "TransmitCoilName": scan.transmit_coil,
        "PercentSampling": 100.0,
        "PercentPhaseFieldOfView": 100.0,
        "InPlanePhaseEncodingDirection": scan.phase_direction,
        "NumberOfPhaseEncodingSteps": phase,
        "AcquisitionMatrix": (frequency, 0, 0, phase) if scan.phase_direction == "COL" else (0, frequency, phase, 0),
    }


def _classic(scan: MrScan, place: MrPlace) -> dict[str, HeaderValue]:
    header: dict[str, HeaderValue] = {
        "SOPClassUID": MR_IMAGE_STORAGE,
        "ImageType": ("DERIVED", "SECONDARY", "R" if place.real else "M", *scan.image_type),
        "SequenceVariant": "NONE",
        "ScanOptions": "",
        "EchoNumbers": 1,
    }
    if (place.storage.slope, place.storage.intercept) != (1.0, 0.0):
        header |= _rescaling(place.storage)
    return header


def _rescaling(storage: Storage) -> dict[str, HeaderValue]:
    return {"RescaleSlope": storage.slope, "RescaleIntercept": storage.intercept, "RescaleType": "US"}


def _enhanced(scan: MrScan, place: MrPlace) -> dict[str, HeaderValue]:
    frequency, phase = place.steps
    times = _times(scan, place)
    image_type = ("DERIVED", "PRIMARY", "R" if place.real else "M", *(scan.image_type or ("NONE",)))
    return {
        **_rescaling(place.storage),
        **_pulse_sequence(scan, phase),
        **_modifiers(scan),
        "SOPClassUID": ENHANCED_MR_IMAGE_STORAGE,
        "ImageType": image_type,
        "FrameType": image_type,
        "EffectiveEchoTime": scan.te_ms,
        "TransmitterFrequency": scan.frequency_mhz,
        "MRAcquisitionFrequencyEncodingSteps": frequency,
        "MRAcquisitionPhaseEncodingStepsInPlane": phase,
        "FrameAcquisitionDateTime": times["AcquisitionDateTime"],
        "FrameReferenceDateTime": times["AcquisitionDateTime"],
        "FrameAcquisitionDuration": scan.tr_ms * scan.averages * phase,
        "FrameAcquisitionNumber": 1,
        "StackID": "1",
        "InStackPositionNumber": place.slice + 1,
    }


def _pulse_sequence(scan: MrScan, phase: int) -> dict[str, HeaderValue]:
    """Return what the module MR Pulse Sequence says of a plain sequence of `phase` steps (PS3.3 C.8.13.4)."""
    return {
        "PulseSequenceName": scan.sequence,
        "EchoPulseSequence": _PULSE.get(scan.scanning_sequence, "BOTH"),
        "ResonantNucleus": "1H",
        "AcquisitionDuration": scan.tr_ms * scan.averages * phase / 1000,
        "NumberOfKSpaceTrajectories": 1,
        "KSpaceFiltering": "NONE",
        "GeometryOfKSpaceTraversal": "RECTILINEAR",
        "SegmentedKSpaceTraversal": "SINGLE",
        "RectilinearPhaseEncodeReordering": "LINEAR",
        "OversamplingPhase": "NONE",
        "SpectrallySelectedSuppression": "NONE",
        "SteadyStatePulseSequence": "NONE",
        **dict.fromkeys(
            (
                "MultipleSpinEcho",
                "MultiPlanarExcitation",
                "PhaseContrast",
                "TimeOfFlightContrast",
                "EchoPlanarPulseSequence",
                "SaturationRecovery",
            ),
            "NO",
        ),
    }


def _modifiers(scan: MrScan) -> dict[str, HeaderValue]:
    """Return the required attributes of macros and modules that this sequence makes no use of."""
    return {
        "ContentQualification": "PRODUCT",
        "ApplicableSafetyStandardAgency": "IEC",
        "PixelPresentation": "MONOCHROME",
        "VolumetricProperties": "VOLUME",
        "VolumeBasedCalculationTechnique": "NONE",
        "AcquisitionContrast": "UNKNOWN",
        "BurnedInAnnotation": "NO",
        "LossyImageCompression": "00",
        "PresentationLUTShape": "IDENTITY",
        "ReceiveCoilManufacturerName": scan.manufacturer,
        "ReceiveCoilType": "VOLUME",
        "QuadratureReceiveCoil": "YES",
        "TransmitCoilManufacturerName": scan.manufacturer,
        "TransmitCoilType": "BODY",
        "RFEchoTrainLength": 1,
        "GradientEchoTrainLength": 0,
        **dict.fromkeys(("MagnetizationTransfer", "Tagging", "FlowCompensation"), "NONE"),
        **dict.fromkeys(("SpectrallySelectedExcitation", "SpatialPresaturation"), "NONE"),
        **dict.fromkeys(("BloodSignalNulling", "InversionRecovery", "T2Preparation"), "NO"),
        **dict.fromkeys(("PartialFourier", "ParallelAcquisition"), "NO"),
    }
