# SPDX-License-Identifier: LGPL-3.0-or-later
"""Images of a digital MR bottle with known truth, repeated with noise of their own."""

import numpy as np

from optimage.model.images import FloatArray, Image, Vector
from optimage.synthetic.mr_drawing import draw_mr_flood, object_mask
from optimage.synthetic.mr_header import PLANES, MrPlace, mr_header
from optimage.synthetic.mr_noise import received
from optimage.synthetic.mr_phantom import MrFlood, at_repeat, without_noise
from optimage.synthetic.rendering import Grid

__all__ = ["MrFlood", "draw_mr_flood", "render_mr_flood", "without_noise"]


def render_mr_flood(spec: MrFlood, repeats: int = 1) -> tuple[Image, ...]:
    """Return all slices of the first repeat, then of the second, and so on, with full headers.

    Every image has noise of its own; each repeat is a series of its own.
    The same `spec` gives the same images, however many `repeats` follow.
    """
    rng = np.random.default_rng(spec.seed)
    images: list[Image] = []
    for repeat in range(repeats):
        now = at_repeat(spec, repeat)
        signal = draw_mr_flood(now)
        shown = object_mask(now) if spec.masked else np.ones(spec.matrix, np.bool_)
        slices = (np.where(shown, received(now, signal, rng), 0.0) for _ in range(spec.slices))
        images.extend(_image(now, repeat, index, values) for index, values in enumerate(slices))
    return tuple(images)


def _image(spec: MrFlood, repeat: int, index: int, values: FloatArray) -> Image:
    storage, orientation = spec.stored, PLANES[spec.scan.plane]
    position = _position_mm(spec, index)
    place = MrPlace(
        repeat=repeat,
        slice=index,
        shape=spec.matrix,
        spacing_mm=spec.spacing_mm,
        position_mm=position,
        steps=_steps(spec),
        storage=storage,
        real=spec.real,
    )
    header = mr_header(spec.scan, place)
    return Image(
        storage.store(values),
        str(header["SOPInstanceUID"]),
        header,
        frame=index if spec.scan.enhanced else 0,
        slope=storage.slope,
        intercept=storage.intercept,
        spacing_mm=spec.spacing_mm,
        position_mm=position,
        orientation=orientation,
    )


def _steps(spec: MrFlood) -> tuple[int, int]:
    """Return the steps of frequency and phase encoding."""
    rows, columns = spec.acquired_matrix
    return spec.scan.acquisition_matrix or ((columns, rows) if spec.scan.phase_direction == "COL" else (rows, columns))


def _position_mm(spec: MrFlood, index: int) -> Vector:
    """Return where the centre of the first pixel of slice `index` lies."""
    scan, grid = spec.scan, Grid(spec.matrix, spec.spacing_mm)
    along_row, along_column = np.reshape(PLANES[scan.plane], (2, 3))
    first = grid.x_mm[0, 0] * along_row + grid.y_mm[0, 0] * along_column
    normal = np.cross(along_row, along_column)
    x, y, z = (float(value) for value in scan.centre_mm + first + index * scan.slice_distance_mm * normal)
    return x, y, z
