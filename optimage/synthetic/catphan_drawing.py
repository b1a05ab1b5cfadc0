# SPDX-License-Identifier: LGPL-3.0-or-later
"""The slices of a digital CATPHAN: every part weighted by what the slice profile sees of it."""

from collections.abc import Callable

import numpy as np

from optimage.model.images import FloatArray
from optimage.synthetic.catphan import Catphan
from optimage.synthetic.catphan_layout import AIR_HU, BarGroup, Bead, Cylinder, mount
from optimage.synthetic.catphan_shapes import (
    bars_patch,
    bead_patch,
    bead_variance_mm2,
    cylinder_patch,
    disc_patch,
    wire_patch,
)
from optimage.synthetic.ct_table import draw_table
from optimage.synthetic.ellipsoids import paint_ellipsoid
from optimage.synthetic.patches import Patch
from optimage.synthetic.placement import Pair, Section

UNIFORMITY = "uniformity"
NOTHING = 1e-9  # a part of which a slice sees less is left out
Part = Cylinder | BarGroup | Bead


class Painter:
    """Draws slices of one phantom; outlines that come again are kept, as all do unless the phantom is tilted."""

    def __init__(self, spec: Catphan) -> None:
        self._spec = spec
        self._grid = spec.grid
        self._profile = spec.slice_profile
        layout = spec.layout
        fittings = (mount(layout, spec.mount_mm),) if spec.mount_mm else ()
        self._parts: tuple[Part, ...] = (*layout.cylinders, *fittings, *layout.bars, *layout.beads)
        self._fields: dict[str, FloatArray] = {}
        self._patches: dict[Part, Patch | None] = {}
        self._outlines: object = None

    def draw(self, position_mm: float) -> FloatArray:
        """Return one slice without noise, in HU before rounding, shape of the matrix."""
        section = self._spec.place.at(position_mm)
        if section.outline_key != self._outlines:
            self._fields, self._patches, self._outlines = {}, {}, section.outline_key
        values = self._blocks(section)
        for part in self._parts:
            factor = self._factor(part, section)
            patch = self._patch(part, section) if abs(factor) > NOTHING else None
            if patch is not None:
                patch.add_to(values, factor)
        for wire in self._spec.layout.wires:
            patch = wire_patch(wire, section, self._grid, self._profile, self._spec.blur_mm)
            if patch is not None:
                patch.add_to(values)
        return values

    def _blocks(self, section: Section) -> FloatArray:
        """Return air, couch, ellipsoids, housing and modules."""
        layout, grid, blur = self._spec.layout, self._grid, self._spec.blur_mm
        values = self._field("table", lambda: draw_table(grid, self._spec.table_mm, AIR_HU)).copy()
        for one in layout.ellipsoids:
            paint_ellipsoid(values, one, section, grid)
        if not layout.blocks:
            return values
        height = section.height_mm(grid.x_mm, grid.y_mm) if section.tilted else np.array(section.z_mm)
        body = self._seen(layout.z_mm, height)
        if not np.any(body > NOTHING):
            return values
        housing = self._field("housing", lambda: disc_patch(layout.housing_radius_mm, section, grid, blur))
        inner = self._field("block", lambda: disc_patch(layout.block_radius_mm, section, grid, blur))
        values += housing * body * (layout.housing_hu - values)
        for block in layout.blocks:
            seen = self._seen(block.z_mm, height)
            if np.any(seen > NOTHING):
                values += inner * (seen * (block.hu - layout.housing_hu))
                if block.key == UNIFORMITY and self._spec.cupping_hu:
                    values += inner * (seen * self._spec.cupping_hu) * self._field("bowl", lambda: self._bowl(section))
        return values

    def _bowl(self, section: Section) -> FloatArray:
        x, y = section.to_phantom(self._grid.x_mm, self._grid.y_mm)
        return np.asarray((x**2 + y**2) / self._spec.layout.block_radius_mm**2)

    def _factor(self, part: Part, section: Section) -> float:
        """Return by what to multiply the patch of `part`: HU for rods and bars, 1/mm for beads."""
        x, y = section.to_image(*part.at_mm)
        height = section.height_mm(np.array(x), np.array(y))
        if isinstance(part, Bead):
            return float(self._profile.density(part.z_mm - height, bead_variance_mm2(part) ** 0.5))
        return float(self._seen(part.z_mm, height)) * part.above_hu

    def _patch(self, part: Part, section: Section) -> Patch | None:
        if part not in self._patches:
            self._patches[part] = _drawn(part, section, self._spec)
        return self._patches[part]

    def _field(self, name: str, make: Callable[[], FloatArray]) -> FloatArray:
        if name not in self._fields:
            self._fields[name] = make()
        return self._fields[name]

    def _seen(self, z_mm: Pair, height: FloatArray) -> FloatArray:
        """Return which part of the slice profile lies within `z_mm` of the phantom."""
        return self._profile.between(z_mm[0] - height, z_mm[1] - height)


def _drawn(part: Part, section: Section, spec: Catphan) -> Patch | None:
    if isinstance(part, Cylinder):
        return cylinder_patch(part, section, spec.grid, spec.blur_mm)
    if isinstance(part, BarGroup):
        return bars_patch(part, section, spec.grid, spec.blur_mm)
    return bead_patch(part, section, spec.grid, spec.blur_mm)
