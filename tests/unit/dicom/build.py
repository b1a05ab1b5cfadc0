# SPDX-License-Identifier: LGPL-3.0-or-later
"""DICOM objects made for tests, as bytes, by pydicom and by hand."""

import struct
import zlib
from io import BytesIO

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.filebase import DicomIO
from pydicom.filewriter import write_dataset
from pydicom.sequence import Sequence

from optimage.dicom.part10 import DEFLATED, EXPLICIT_BIG, EXPLICIT_LITTLE, IMPLICIT_LITTLE, part10

CT = "1.2.840.10008.5.1.4.1.1.2"
ENHANCED_CT = "1.2.840.10008.5.1.4.1.1.2.1"
UID = "1.2.826.0.1.3680043.10.1.1"
PIXELS = np.arange(-6, 6, dtype=np.int16).reshape(3, 4)


def ct(pixels=PIXELS, **changes):
    """Return a small CT image as a data set; a change to None takes the element out."""
    dataset = Dataset()
    dataset.SOPClassUID, dataset.SOPInstanceUID, dataset.Modality = CT, UID, "CT"
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.Rows, dataset.Columns = pixels.shape[-2:]
    if pixels.ndim == 3:
        dataset.NumberOfFrames = pixels.shape[0]
    bits = 8 * pixels.itemsize
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = bits, bits, bits - 1
    dataset.PixelRepresentation = int(pixels.dtype.kind == "i")
    dataset.PixelSpacing = [0.5, 0.25]
    content = pixels.tobytes()
    dataset.add_new("PixelData", "OW", content + b"\0" * (len(content) % 2))
    for keyword, value in changes.items():
        if value is None:
            del dataset[keyword]
        else:
            setattr(dataset, keyword, value)
    return dataset


def encoded(dataset, syntax=EXPLICIT_LITTLE):
    """Encode a data set; big endian swaps 16-bit pixels, deflated compresses the whole."""
    buffer = BytesIO()
    stream = DicomIO(buffer)
    stream.is_implicit_VR, stream.is_little_endian = syntax == IMPLICIT_LITTLE, syntax != EXPLICIT_BIG
    if syntax == EXPLICIT_BIG:
        pixels = np.frombuffer(dataset.PixelData, "<i2").byteswap().tobytes()
        dataset = Dataset(dataset)
        dataset.add_new("PixelData", "OW", pixels)
    write_dataset(stream, dataset)
    content = buffer.getvalue()
    return deflated(content) if syntax == DEFLATED else content


def deflated(content):
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return compressor.compress(content) + compressor.flush()


def file_of(dataset, syntax=EXPLICIT_LITTLE):
    """Return a whole file."""
    return wrapped(encoded(dataset, syntax), syntax)


def wrapped(content, syntax=EXPLICIT_LITTLE, sop_class=CT, uid=UID):
    return part10(content, sop_class_uid=sop_class, sop_instance_uid=uid, transfer_syntax_uid=syntax)


def compressed(pixels, syntax):
    """Return a file whose pixels pydicom compressed without loss."""
    dataset = ct(pixels)
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = EXPLICIT_LITTLE
    dataset.compress(syntax, generate_instance_uid=False)
    return file_of(dataset, syntax)


def encapsulated(fragment):
    """Return a data set whose one compressed frame is `fragment`."""
    dataset = ct()
    dataset.add_new("PixelData", "OB", encapsulate([fragment]))
    dataset["PixelData"].is_undefined_length = True
    return dataset


def item(**elements):
    dataset = Dataset()
    for keyword, value in elements.items():
        setattr(dataset, keyword, Sequence([value]) if isinstance(value, Dataset) else value)
    return dataset


def enhanced_ct(frames=3):
    """Return an enhanced multi-frame CT: spacing shared, position, rescaling and exposure per frame."""
    dataset = ct(np.arange(frames * 12, dtype=np.int16).reshape(frames, 3, 4), PixelSpacing=None)
    dataset.SOPClassUID = ENHANCED_CT
    measures = item(PixelSpacing=[0.7, 0.8], SliceThickness=2.5)
    plane = item(ImageOrientationPatient=[1, 0, 0, 0, 1, 0])
    reference = item(ReferencedSOPInstanceUID="1.2.3")
    shared = item(PixelMeasuresSequence=measures, PlaneOrientationSequence=plane, ReferencedImageSequence=reference)
    dataset.SharedFunctionalGroupsSequence = Sequence([shared])
    dataset.PerFrameFunctionalGroupsSequence = Sequence([frame_groups(number) for number in range(frames)])
    return dataset


def frame_groups(number):
    return item(
        PlanePositionSequence=item(ImagePositionPatient=[0, 0, 10 * number]),
        PixelValueTransformationSequence=item(RescaleSlope=number + 1, RescaleIntercept=-1000, RescaleType="HU"),
        CTXRayDetailsSequence=item(KVP=120),
        CTExposureSequence=item(ExposureTimeInms=500.0, XRayTubeCurrentInmA=100.0 + number),
        CTImageFrameTypeSequence=item(FrameType=["ORIGINAL", "PRIMARY", "VOLUME", "NONE"]),
    )


def nested(depth):
    """Return an encoded data set with `depth` sequences inside each other, all of undefined length."""
    head = encoded(item(SOPClassUID=CT, SOPInstanceUID=UID))
    sequence = struct.pack("<HH2sHL", 0x0040, 0xA730, b"SQ", 0, 0xFFFFFFFF)
    start = struct.pack("<HHL", 0xFFFE, 0xE000, 0xFFFFFFFF)
    ends = struct.pack("<HHLHHL", 0xFFFE, 0xE00D, 0, 0xFFFE, 0xE0DD, 0)
    return head + (sequence + start) * depth + ends * depth
