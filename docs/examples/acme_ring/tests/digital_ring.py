# SPDX-License-Identifier: LGPL-3.0-or-later
"""A digital ACME ring with known truth; `python tests/digital_ring.py ring.dcm` writes it as a DICOM file."""

import sys
from pathlib import Path

import numpy as np
from optimage.api import Image
from optimage.synthetic.rendering import Grid, disc_coverage
from optimage.synthetic.uids import synthetic_uid

MR_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.4"
SIGNAL = 1000.0
RADIUS_MM = 80.0


def draw_ring(*, shading: float = 0.1, noise: float = 0.0, background: float = 0.0) -> Image:
    """Return a ring that is brighter by the share `shading` at its right edge, darker by it at the left."""
    grid = Grid((256, 256), (1.0, 1.0))
    ring = SIGNAL * (1.0 + shading * grid.x_mm / RADIUS_MM)
    coverage = disc_coverage(grid, (0.0, 0.0), RADIUS_MM)
    values = background + coverage * (ring - background)
    values = values + noise * np.random.default_rng(1).standard_normal(grid.shape)
    text = f"acme_ring/{shading}/{noise}/{background}"
    header = {
        "SOPClassUID": MR_IMAGE_STORAGE,
        "StudyInstanceUID": synthetic_uid(f"{text}/study"),
        "SeriesInstanceUID": synthetic_uid(f"{text}/series"),
        "Modality": "MR",
        "Manufacturer": "ACME",
        "ManufacturerModelName": "Digital MR",
        "DeviceSerialNumber": "RING-1",
        "PatientID": "RING",
        "PatientName": "QC^RING",
        "AcquisitionDate": "20260105",
        "AcquisitionTime": "073000",
    }
    pixels = np.clip(np.rint(values), 0, 4095).astype(np.uint16)
    return Image(pixels, synthetic_uid(f"{text}/image"), header, spacing_mm=grid.spacing_mm)


if __name__ == "__main__":
    from optimage.dicom.writer import write_image

    Path(sys.argv[1]).write_bytes(write_image(draw_ring(noise=5.0)))
