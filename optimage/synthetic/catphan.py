# SPDX-License-Identifier: LGPL-3.0-or-later
"""A digital CATPHAN, or what may be taken for one, in a stack of CT slices: what to draw, and the images of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from optimage.model.images import FloatArray, Header, HeaderValue, Image
from optimage.synthetic.catphan_layout import Layout
from optimage.synthetic.ct_header import CtScan, ct_header
from optimage.synthetic.placement import Placement
from optimage.synthetic.rendering import Grid, Storage, noise
from optimage.synthetic.slice_profile import RECTANGULAR, SliceProfile

ORIENTATION = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
PADDING_VALUE = -2000
BEYOND_MM = 5.0  # of the phantom that a scan of all of it shows at either end


@dataclass(frozen=True, slots=True)
class Catphan:
    """What to draw.

    Attributes
    ----------
    layout : Layout
        The phantom.
    place : Placement
        How it lies in the images.
    matrix, spacing_mm : (int, int), (float, float)
        Rows and columns; distance of row centres, then of column centres. A
        field smaller than the phantom cuts it off.
    positions_mm : tuple of float
        Positions of the slices along their normal, in any order and with any
        steps; none means the whole phantom in steps of its thickness.
    thickness_mm, profile : float, str
        Full width at half maximum of the slice, `rectangular` or `gaussian`.
    blur_mm : float
        Standard deviation of the Gaussian that blurs the plane, before the pixels average it.
    cupping_hu : float
        By which the uniformity module at distance r is brighter than at its middle, times `(r / R)²`.
    noise_hu, texture : float, str
        Standard deviation, and `white`, `ramp` or `soft` (see `rendering.noise`).
    table_mm : float or None
        Distance of a couch below the middle of the image; none without.
    mount_mm : float
        Length of a steel mount beyond the end next to the smallest z.
    padding_circle : bool
        Pixels outside the inscribed circle hold the padding value -2000.
    patient_position : str
        `HFS`, `FFS`, ...; only the header tells it.
    missing : tuple of str
        DICOM keywords that the images lack.
    header : tuple of (str, value)
        DICOM attributes in place of, or beside, those that every digital CT image has.
    """

    layout: Layout
    place: Placement = field(default_factory=Placement)
    matrix: tuple[int, int] = (512, 512)
    spacing_mm: tuple[float, float] = (0.5, 0.5)
    positions_mm: tuple[float, ...] = ()
    thickness_mm: float = 2.5
    profile: str = RECTANGULAR
    blur_mm: float = 0.4
    cupping_hu: float = 0.0
    noise_hu: float = 0.0
    texture: str = "white"
    seed: int = 1
    table_mm: float | None = None
    mount_mm: float = 0.0
    padding_circle: bool = False
    patient_position: str = "HFS"
    missing: tuple[str, ...] = ()
    header: tuple[tuple[str, HeaderValue], ...] = ()
    storage: Storage = field(default_factory=Storage)
    scan: CtScan = field(default_factory=lambda: CtScan(text="catphan", description="Digital CATPHAN"))

    @property
    def grid(self) -> Grid:
        """Pixel centres in mm."""
        return Grid(self.matrix, self.spacing_mm)

    @property
    def slice_profile(self) -> SliceProfile:
        """Sensitivity along the slice normal."""
        return SliceProfile(self.thickness_mm, self.profile)

    @property
    def slice_positions_mm(self) -> tuple[float, ...]:
        """Positions of the slices along their normal, those of the whole phantom where none are given."""
        if self.positions_mm:
            return self.positions_mm
        low, high = self.place.positions_of(*self.layout.z_mm)
        return evenly(low - BEYOND_MM - self.mount_mm, high + BEYOND_MM, self.thickness_mm)


def evenly(low_mm: float, high_mm: float, step_mm: float) -> tuple[float, ...]:
    """Return positions from `low_mm` on, `step_mm` apart, up to `high_mm`."""
    count = int((high_mm - low_mm) / step_mm + 1e-9) + 1
    return tuple(low_mm + number * step_mm for number in range(count))


def render_catphan(spec: Catphan) -> tuple[Image, ...]:
    """Return the slices of `spec` in the order of its positions; the same spec gives the same images."""
    from optimage.synthetic.catphan_drawing import Painter

    painter = Painter(spec)
    return tuple(store_catphan(spec, index, painter.draw(at)) for index, at in enumerate(spec.slice_positions_mm))


def draw_catphan(spec: Catphan, position_mm: float) -> FloatArray:
    """Return one slice without noise, in HU before rounding, shape `spec.matrix`."""
    from optimage.synthetic.catphan_drawing import Painter

    return Painter(spec).draw(position_mm)


def with_noise(images: Sequence[FloatArray], spec: Catphan, seed: int) -> tuple[Image, ...]:
    """Return the slices of `spec` out of their drawings `images`, with the noise of another `seed`."""
    seeded = replace(spec, seed=seed)
    return tuple(store_catphan(seeded, index, values) for index, values in enumerate(images))


def store_catphan(spec: Catphan, index: int, values: FloatArray) -> Image:
    """Return slice `index` of `spec` out of its noise-free `values`, in HU."""
    if spec.noise_hu:
        rng = np.random.default_rng([spec.seed, index])
        values = values + spec.noise_hu * noise(spec.grid, spec.texture, rng)
    pixels = spec.storage.store(values)
    if spec.padding_circle:
        radius = min(count * pitch for count, pitch in zip(spec.matrix, spec.spacing_mm, strict=True)) / 2
        pixels[spec.grid.distance_mm((0.0, 0.0)) > radius] = PADDING_VALUE
    header = _header(spec, index)
    position = header.get("ImagePositionPatient")
    return Image(
        pixels,
        str(header["SOPInstanceUID"]),
        header,
        slope=spec.storage.slope,
        intercept=spec.storage.intercept,
        padding=(PADDING_VALUE, PADDING_VALUE) if spec.padding_circle else None,
        spacing_mm=None if "PixelSpacing" in spec.missing else spec.spacing_mm,
        position_mm=None if position is None else _corner(spec, index),
        orientation=None if "ImageOrientationPatient" in spec.missing else ORIENTATION,
    )


def _corner(spec: Catphan, index: int) -> tuple[float, float, float]:
    grid = spec.grid
    return float(grid.x_mm[0, 0]), float(grid.y_mm[0, 0]), spec.slice_positions_mm[index]


def _header(spec: Catphan, index: int) -> Header:
    header = {
        **ct_header(
            replace(spec.scan, thickness_mm=spec.thickness_mm),
            index,
            shape=spec.matrix,
            spacing_mm=spec.spacing_mm,
            position_mm=_corner(spec, index),
            storage=spec.storage,
        ),
        "PatientPosition": spec.patient_position,
        **({"PixelPaddingValue": PADDING_VALUE} if spec.padding_circle else {}),
        **dict(spec.header),
    }
    return {keyword: value for keyword, value in header.items() if keyword not in spec.missing}
