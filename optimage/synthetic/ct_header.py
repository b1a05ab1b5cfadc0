# SPDX-License-Identifier: LGPL-3.0-or-later
"""The DICOM attributes that a digital CT phantom carries."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from optimage.model.images import Header, HeaderValue
from optimage.synthetic.rendering import Storage
from optimage.synthetic.uids import synthetic_uid

CT_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.2"


@dataclass(frozen=True, slots=True)
class CtScan:
    """Scanner and technique of a digital CT image. `text` names the series: same text, same UIDs."""

    text: str = "ct"
    acquired: datetime = datetime(2026, 1, 5, 7, 30)  # noqa: DTZ001 - DICOM times are local without a zone
    manufacturer: str = "Optimage"
    model: str = "Digital CT"
    serial: str = "SYN-1"
    station: str = "CT-SYN"
    institution: str = "Digital hospital"
    kvp: float = 120.0
    exposure_mas: float = 200.0
    kernel: str = "STANDARD"
    thickness_mm: float = 5.0
    protocol: str = "QC water"
    description: str = "Digital water phantom"


def ct_header(
    scan: CtScan,
    index: int,
    *,
    shape: tuple[int, int],
    spacing_mm: tuple[float, float],
    position_mm: tuple[float, float, float],
    storage: Storage,
) -> Header:
    """Return the attributes of slice `index` (0-based), `shape` rows and columns, as plain values."""
    header: dict[str, HeaderValue] = {
        **_patient_and_device(scan),
        **_identity(scan, index),
        **_times(scan, index),
        **_pixels(shape, spacing_mm, storage),
    }
    header |= {
        "KVP": scan.kvp,
        "Exposure": scan.exposure_mas,
        "XRayTubeCurrent": scan.exposure_mas,
        "ExposureTime": 1000.0,
        "ConvolutionKernel": scan.kernel,
        "FilterType": "BODY",
        "ScanOptions": "AXIAL",
        "SliceThickness": scan.thickness_mm,
        "ReconstructionDiameter": shape[1] * spacing_mm[1],
        "ProtocolName": scan.protocol,
        "SeriesDescription": scan.description,
        "ImagePositionPatient": position_mm,
        "ImageOrientationPatient": (1.0, 0.0, 0.0, 0.0, 1.0, 0.0),
        "SliceLocation": position_mm[2],
    }
    return header


def _patient_and_device(scan: CtScan) -> dict[str, HeaderValue]:
    return {
        "PatientName": "QC^SYNTHETIC",
        "PatientID": "QC-SYNTH",
        "PatientBirthDate": "",
        "PatientSex": "",
        "PatientPosition": "HFS",
        "Modality": "CT",
        "Manufacturer": scan.manufacturer,
        "ManufacturerModelName": scan.model,
        "DeviceSerialNumber": scan.serial,
        "StationName": scan.station,
        "InstitutionName": scan.institution,
        "SoftwareVersions": "1",
    }


def _identity(scan: CtScan, index: int) -> dict[str, HeaderValue]:
    return {
        "SOPClassUID": CT_IMAGE_STORAGE,
        "SOPInstanceUID": synthetic_uid(f"{scan.text}/instance/{index}"),
        "SeriesInstanceUID": synthetic_uid(f"{scan.text}/series"),
        "StudyInstanceUID": synthetic_uid(f"{scan.text}/study"),
        "FrameOfReferenceUID": synthetic_uid(f"{scan.text}/frame_of_reference"),
        "SeriesNumber": 1,
        "AcquisitionNumber": 1,
        "InstanceNumber": index + 1,
        "StudyID": "1",
        "AccessionNumber": "",
        "ImageType": ("DERIVED", "SECONDARY", "AXIAL"),
    }


def _times(scan: CtScan, index: int) -> dict[str, HeaderValue]:
    at = scan.acquired + timedelta(seconds=index)
    start_date, start_time = f"{scan.acquired:%Y%m%d}", f"{scan.acquired:%H%M%S}.000000"
    date, time = f"{at:%Y%m%d}", f"{at:%H%M%S}.000000"
    return {
        "StudyDate": start_date,
        "StudyTime": start_time,
        "SeriesDate": start_date,
        "SeriesTime": start_time,
        "AcquisitionDate": date,
        "AcquisitionTime": time,
        "AcquisitionDateTime": date + time,
        "ContentDate": date,
        "ContentTime": time,
    }


def _pixels(shape: tuple[int, int], spacing_mm: tuple[float, float], storage: Storage) -> dict[str, HeaderValue]:
    return {
        "Rows": shape[0],
        "Columns": shape[1],
        "PixelSpacing": spacing_mm,
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "BitsAllocated": 16,
        "BitsStored": storage.bits,
        "HighBit": storage.bits - 1,
        "PixelRepresentation": int(storage.signed),
        "RescaleSlope": storage.slope,
        "RescaleIntercept": storage.intercept,
        "RescaleType": "HU",
    }
