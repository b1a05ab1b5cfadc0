# SPDX-License-Identifier: LGPL-3.0-or-later
"""The DICOM attributes that a digital flood image of a gamma camera carries."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from optimage.model.images import Header, HeaderValue
from optimage.synthetic.uids import synthetic_uid

NM_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.20"


@dataclass(frozen=True, slots=True)
class NmScan:
    """Camera and acquisition of a digital flood. `text` names the series: same text, same UIDs."""

    text: str = "nm"
    acquired: datetime = datetime(2026, 1, 5, 7, 30)  # noqa: DTZ001 - DICOM times are local without a zone
    manufacturer: str = "Optimage"
    model: str = "Digital camera"
    serial: str = "SYN-2"
    station: str = "NM-SYN"
    institution: str = "Digital hospital"
    duration_s: float = 3000.0
    protocol: str = "QC flood"
    description: str = "Digital intrinsic flood"


def nm_header(
    scan: NmScan, index: int, *, shape: tuple[int, int], spacing_mm: tuple[float, float], heads: int
) -> Header:
    """Return the attributes of image `index` (0-based), `shape` rows and columns, of one of `heads` heads."""
    at = scan.acquired + timedelta(seconds=scan.duration_s * (index // heads))
    date, time = f"{at:%Y%m%d}", f"{at:%H%M%S}.000000"
    header: dict[str, HeaderValue] = {
        "PatientName": "QC^SYNTHETIC",
        "PatientID": "QC-SYNTH",
        "PatientBirthDate": "",
        "PatientSex": "",
        "Modality": "NM",
        "Manufacturer": scan.manufacturer,
        "ManufacturerModelName": scan.model,
        "DeviceSerialNumber": scan.serial,
        "StationName": scan.station,
        "InstitutionName": scan.institution,
        "SoftwareVersions": "1",
        "ProtocolName": scan.protocol,
        "SeriesDescription": scan.description,
        **{f"{level}Date": date for level in ("Study", "Series", "Acquisition", "Content")},
        **{f"{level}Time": time for level in ("Study", "Series", "Acquisition", "Content")},
        "SOPClassUID": NM_IMAGE_STORAGE,
        "SOPInstanceUID": synthetic_uid(f"{scan.text}/instance/{index}"),
        "SeriesInstanceUID": synthetic_uid(f"{scan.text}/series"),
        "StudyInstanceUID": synthetic_uid(f"{scan.text}/study"),
        "SeriesNumber": 1,
        "InstanceNumber": index + 1,
        "StudyID": "1",
        "AccessionNumber": "",
        "ImageType": ("DERIVED", "SECONDARY", "STATIC", "EMISSION"),
    }
    return header | _acquisition(scan, index, heads) | _pixels(shape, spacing_mm)


def _acquisition(scan: NmScan, index: int, heads: int) -> dict[str, HeaderValue]:
    return {
        "ActualFrameDuration": round(1000.0 * scan.duration_s),
        "NumberOfFrames": 1,
        "NumberOfDetectors": 1,
        "DetectorVector": index % heads + 1,
        "NumberOfEnergyWindows": 1,
        "EnergyWindowVector": 1,
    }


def _pixels(shape: tuple[int, int], spacing_mm: tuple[float, float]) -> dict[str, HeaderValue]:
    return {
        "Rows": shape[0],
        "Columns": shape[1],
        "PixelSpacing": spacing_mm,
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "BitsAllocated": 16,
        "BitsStored": 16,
        "HighBit": 15,
        "PixelRepresentation": 0,
    }
