# SPDX-License-Identifier: LGPL-3.0-or-later
"""A digital water phantom for CT: a cylinder of water in a shell, in air, with known truth."""

from dataclasses import dataclass, field, replace
from math import hypot

import numpy as np

from optimage.model.images import FloatArray, Header, Image
from optimage.synthetic.ct_header import CtScan, ct_header
from optimage.synthetic.rendering import Grid, Storage, disc_coverage, interval_coverage, noise

TABLE_SIDES = ("", "bottom", "right", "top", "left")
TABLE_PLATE_MM = 4.0
TABLE_THICKNESS_MM = 30.0
TABLE_PLATE_HU = -300.0
TABLE_FOAM_HU = -950.0
PADDING_VALUE = -2000


@dataclass(frozen=True, slots=True)
class Insert:
    """A disc of another material inside the water; (right, down) mm from the phantom's centre."""

    at_mm: tuple[float, float]
    radius_mm: float
    hu: float


@dataclass(frozen=True, slots=True)
class CtWater:
    """What to draw.

    Attributes
    ----------
    matrix, spacing_mm : (int, int), (float, float)
        Rows and columns; distance of row centres, then of column centres.
    diameter_mm, shell_mm : float
        Diameter of the water, thickness of the shell around it.
    cupping_hu : float
        Water at distance r from the centre is `water_hu + cupping_hu · (r / R)²`.
    offset_mm : (float, float)
        Centre of the phantom, right and down of the middle of the image.
    table : str
        Side on which a couch touches the phantom; empty for none.
    noise_hu, texture : float, str
        Standard deviation, and `white`, `ramp` or `soft` (see `rendering.noise`).
    padding_circle : bool
        Pixels outside the inscribed circle hold the padding value.
    slices, end_slices : int
        Number of slices; how many of them at either end show the end wall instead of water.
    second_offset_mm : (float, float) or None
        Centre of a second, equal phantom.
    inserts : tuple of Insert
        Foreign bodies that make the phantom inhomogeneous.
    """

    matrix: tuple[int, int] = (512, 512)
    spacing_mm: tuple[float, float] = (0.5, 0.5)
    diameter_mm: float = 200.0
    shell_mm: float = 5.0
    shell_hu: float = 120.0
    water_hu: float = 0.0
    air_hu: float = -1000.0
    cupping_hu: float = 0.0
    offset_mm: tuple[float, float] = (0.0, 0.0)
    table: str = ""
    noise_hu: float = 0.0
    texture: str = "white"
    seed: int = 1
    padding_circle: bool = False
    slices: int = 1
    end_slices: int = 0
    end_hu: float = 120.0
    second_offset_mm: tuple[float, float] | None = None
    inserts: tuple[Insert, ...] = ()
    storage: Storage = field(default_factory=Storage)
    scan: CtScan = field(default_factory=CtScan)


def render_ct_water(spec: CtWater) -> tuple[Image, ...]:
    """Return the slices of `spec`, each with its full header; the same spec gives the same images."""
    grid = Grid(spec.matrix, spec.spacing_mm)
    water = draw_ct_water(spec)
    wall = draw_ct_water(end_wall(spec)) if spec.end_slices else water
    ends = set(range(spec.end_slices)) | set(range(spec.slices - spec.end_slices, spec.slices))
    rng = np.random.default_rng(spec.seed)
    return tuple(_image(spec, grid, index, wall if index in ends else water, rng) for index in range(spec.slices))


def draw_ct_water(spec: CtWater) -> FloatArray:
    """Return one slice without noise, in HU before rounding, shape `spec.matrix`."""
    grid = Grid(spec.matrix, spec.spacing_mm)
    values = np.full(spec.matrix, spec.air_hu)
    if spec.table:
        _draw_table(values, grid, spec)
    _draw_phantom(values, grid, spec, spec.offset_mm)
    if spec.second_offset_mm is not None:
        _draw_phantom(values, grid, spec, spec.second_offset_mm)
    return values


def end_wall(spec: CtWater) -> CtWater:
    """Return the phantom where the slice lies in its end wall: the wall's material instead of water."""
    return replace(spec, water_hu=spec.end_hu, shell_hu=spec.end_hu, cupping_hu=0.0)


def ct_water_truth(spec: CtWater) -> dict[str, float]:
    """Return what a perfect measurement of `spec` reads, by measurement key.

    The mean of r² over a disc of radius a whose centre lies at distance r0
    is `r0² + a²/2`, its variance over a disc about the centre `a⁴/12`; they
    give the cupping seen by regions of 10 % and 40 % of the diameter.
    Rounding to stored integers adds `slope²/12` to the variance.
    """
    radius = spec.diameter_mm / 2
    bend = spec.cupping_hu / radius**2
    a = 0.05 * spec.diameter_mm
    centre = spec.water_hu + bend * a**2 / 2
    edge = spec.water_hu + bend * ((radius - 10.0 - a) ** 2 + a**2 / 2)
    variance = spec.noise_hu**2 + (spec.storage.slope**2 / 12 if spec.noise_hu else 0.0)
    sd = (variance + bend**2 * (0.4 * radius) ** 4 / 12) ** 0.5
    scale = centre - spec.air_hu
    sides = dict.fromkeys(("right", "bottom", "left", "top"), edge)
    return {
        "ct_water": centre,
        "ct_air": spec.air_hu,
        "noise": sd,
        "noise_detrended": variance**0.5,
        "noise_rel": 100 * sd / scale,
        "uniformity_max_dev": edge - centre,
        "uniformity_rel": 100 * (edge - centre) / scale,
        "integral_nonuniformity": abs(edge - centre) / (edge + centre + 2000),
        "cupping": edge - centre,
        "diameter": spec.diameter_mm,
        "diameter_outer": spec.diameter_mm + 2 * spec.shell_mm,
        "centre_offset": hypot(*spec.offset_mm),
        **{f"ct_periphery_{side}": value for side, value in sides.items()},
    }


def mirrored(image: Image) -> Image:
    """Return `image` flipped left to right, its header unchanged, as a viewer's flip would store it."""
    return replace(image, pixels=np.ascontiguousarray(image.pixels[:, ::-1]))


def _draw_phantom(values: FloatArray, grid: Grid, spec: CtWater, centre_mm: tuple[float, float]) -> None:
    radius = spec.diameter_mm / 2
    shell = disc_coverage(grid, centre_mm, radius + spec.shell_mm)
    values += shell * (spec.shell_hu - values)
    content = spec.water_hu + spec.cupping_hu * (grid.distance_mm(centre_mm) / radius) ** 2
    values += disc_coverage(grid, centre_mm, radius) * (content - values)
    for insert in spec.inserts:
        at = centre_mm[0] + insert.at_mm[0], centre_mm[1] + insert.at_mm[1]
        values += disc_coverage(grid, at, insert.radius_mm) * (insert.hu - values)


def _draw_table(values: FloatArray, grid: Grid, spec: CtWater) -> None:
    """Draw two plates with foam between, the upper one touching the phantom's shell."""
    sideways = spec.table in ("right", "left")
    positions, pitch = (grid.x_mm, spec.spacing_mm[1]) if sideways else (grid.y_mm, spec.spacing_mm[0])
    sign = 1.0 if spec.table in ("right", "bottom") else -1.0
    along = sign * (positions - spec.offset_mm[0 if sideways else 1])
    top = spec.diameter_mm / 2 + spec.shell_mm
    for low, high, hu in (
        (0.0, TABLE_THICKNESS_MM, TABLE_FOAM_HU),
        (0.0, TABLE_PLATE_MM, TABLE_PLATE_HU),
        (TABLE_THICKNESS_MM - TABLE_PLATE_MM, TABLE_THICKNESS_MM, TABLE_PLATE_HU),
    ):
        values += interval_coverage(along, pitch, top + low, top + high) * (hu - values)


def _image(spec: CtWater, grid: Grid, index: int, values: FloatArray, rng: np.random.Generator) -> Image:
    if spec.noise_hu:
        values = values + spec.noise_hu * noise(grid, spec.texture, rng)
    pixels = spec.storage.store(values)
    if spec.padding_circle:
        radius = min(m * d for m, d in zip(spec.matrix, spec.spacing_mm, strict=True)) / 2
        pixels[grid.distance_mm((0.0, 0.0)) > radius] = PADDING_VALUE
    position = float(grid.x_mm[0, 0]), float(grid.y_mm[0, 0]), index * spec.scan.thickness_mm
    header = _header(spec, index, position)
    return Image(
        pixels,
        str(header["SOPInstanceUID"]),
        header,
        slope=spec.storage.slope,
        intercept=spec.storage.intercept,
        padding=(PADDING_VALUE, PADDING_VALUE) if spec.padding_circle else None,
        spacing_mm=spec.spacing_mm,
        position_mm=position,
        orientation=(1.0, 0.0, 0.0, 0.0, 1.0, 0.0),
    )


def _header(spec: CtWater, index: int, position_mm: tuple[float, float, float]) -> Header:
    header = ct_header(
        spec.scan,
        index,
        shape=spec.matrix,
        spacing_mm=spec.spacing_mm,
        position_mm=position_mm,
        storage=spec.storage,
    )
    return {**header, "PixelPaddingValue": PADDING_VALUE} if spec.padding_circle else header
