# SPDX-License-Identifier: LGPL-3.0-or-later
"""Digital floods of a gamma camera: a uniform field of any shape with known structure, and Poisson noise."""

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from optimage.model.images import FloatArray, Image
from optimage.synthetic.nm_header import NmScan, nm_header
from optimage.synthetic.rendering import Grid

SHAPES = ("rectangle", "ellipse", "hexagon", "octagon")


@dataclass(frozen=True, slots=True)
class Wave:
    """Counts times `1 + amplitude · cos(2π x / period)`, x along `angle_deg` (0: to the right, 90: down)."""

    amplitude: float
    period_mm: float
    angle_deg: float = 0.0


@dataclass(frozen=True, slots=True)
class Spot:
    """A disc at (right, down) mm from the centre in which counts are times `factor`; 0 is a dead photomultiplier."""

    at_mm: tuple[float, float]
    radius_mm: float
    factor: float


@dataclass(frozen=True, slots=True)
class NmFlood:
    """What to draw.

    Attributes
    ----------
    matrix, spacing_mm : (int, int), (float, float)
        Rows and columns; distance of row centres, then of column centres.
    field_mm : (float, float)
        Height and width of the irradiated field, centred in the matrix.
    shape : str
        `rectangle`, `ellipse`, `hexagon` (corners at the left and right) or
        `octagon` (a rectangle whose corners, `corner_mm` long on either
        side, are cut off). A pixel belongs to it by its centre.
    mean : float
        Expected counts per pixel of the image.
    background : float
        Expected counts per pixel outside the field.
    waves, spots : tuples
        Structure.
    source_mm : float
        Distance of the point source whose dome the counts show; 0 for none.
    poisson : bool
        Draw counts at random; otherwise expectations are rounded.
    heads : int
        How many images, one a head, each with noise of its own.
    """

    matrix: tuple[int, int] = (1024, 1024)
    spacing_mm: tuple[float, float] = (0.6, 0.6)
    field_mm: tuple[float, float] = (390.0, 534.0)
    shape: str = "rectangle"
    corner_mm: float = 60.0
    mean: float = 100.0
    background: float = 0.0
    waves: tuple[Wave, ...] = ()
    spots: tuple[Spot, ...] = ()
    source_mm: float = 0.0
    poisson: bool = True
    seed: int = 1
    heads: int = 1
    scan: NmScan = field(default_factory=NmScan)


def render_nm_flood(spec: NmFlood) -> tuple[Image, ...]:
    """Return one image a head with its full header; the same spec gives the same images."""
    expected = draw_nm_flood(spec)
    rng = np.random.default_rng(spec.seed)
    return tuple(_image(spec, index, _counts(spec, expected, rng)) for index in range(spec.heads))


def draw_nm_flood(spec: NmFlood) -> FloatArray:
    """Return the expected counts, shape `spec.matrix`, before noise and rounding."""
    grid = Grid(spec.matrix, spec.spacing_mm)
    values = np.full(spec.matrix, spec.mean)
    for wave in spec.waves:
        angle = np.deg2rad(wave.angle_deg)
        along = np.cos(angle) * grid.x_mm + np.sin(angle) * grid.y_mm
        values = values * (1.0 + wave.amplitude * np.cos(2 * np.pi * along / wave.period_mm))
    for spot in spec.spots:
        values = np.where(grid.distance_mm(spot.at_mm) <= spot.radius_mm, values * spot.factor, values)
    if spec.source_mm:
        values = values * (1.0 + (grid.distance_mm((0.0, 0.0)) / spec.source_mm) ** 2) ** -1.5
    return np.where(field_mask(spec), values, spec.background)


def field_mask(spec: NmFlood) -> npt.NDArray[np.bool_]:
    """Return which pixel centres lie in the field of `spec`, its border included, shape `spec.matrix`."""
    grid = Grid(spec.matrix, spec.spacing_mm)
    half_height, half_width = spec.field_mm[0] / 2, spec.field_mm[1] / 2
    x, y = np.abs(grid.x_mm), np.abs(grid.y_mm)
    if spec.shape == "ellipse":
        return np.asarray((x / half_width) ** 2 + (y / half_height) ** 2 <= 1.0)
    inside = (x <= half_width) & (y <= half_height)
    if spec.shape == "octagon":
        inside &= x + y <= half_width + half_height - spec.corner_mm
    if spec.shape == "hexagon":
        inside &= x / half_width + y / (2 * half_height) <= 1.0
    return np.asarray(inside)


def without_noise(spec: NmFlood) -> NmFlood:
    """Return `spec` with expectations instead of random counts."""
    return replace(spec, poisson=False)


def _counts(spec: NmFlood, expected: FloatArray, rng: np.random.Generator) -> npt.NDArray[np.uint16]:
    counts = rng.poisson(expected) if spec.poisson else np.rint(expected)
    return np.clip(counts, 0, np.iinfo(np.uint16).max).astype(np.uint16)


def _image(spec: NmFlood, index: int, pixels: npt.NDArray[np.uint16]) -> Image:
    header = nm_header(spec.scan, index, shape=spec.matrix, spacing_mm=spec.spacing_mm, heads=spec.heads)
    return Image(pixels, str(header["SOPInstanceUID"]), header, spacing_mm=spec.spacing_mm)
