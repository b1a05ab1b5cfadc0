# SPDX-License-Identifier: LGPL-3.0-or-later
"""Digital CATPHANs of a few slices, with the pose that their placement is."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import radians, tan

from optimage.api import Image
from optimage.synthetic.catphan import Catphan, draw_catphan, store_catphan, with_noise
from optimage.synthetic.placement import Placement
from optimage_phantoms.catphan.case import CatphanCase
from optimage_phantoms.catphan.method import load_method
from optimage_phantoms.catphan.pose import Pose
from tests.phantoms.catphan.digital import layout

METHOD = load_method()


def slices_at(place: Placement, heights_mm: Iterable[float]) -> tuple[float, ...]:
    """Return the positions of slices through `heights_mm` of the phantom."""
    return tuple(sorted(place.origin_mm + place.direction * z for z in heights_mm))


def spec_of(model: str, heights_mm: Iterable[float], *, turn_deg: float = 0.0, **changes) -> Catphan:
    """Return a digital phantom with slices through `heights_mm`; `changes` are fields of `Catphan`."""
    spec = Catphan(layout(model, turn_deg=turn_deg), **changes)
    return replace(spec, positions_mm=slices_at(spec.place, heights_mm))


def pose_of(spec: Catphan) -> Pose:
    """Return how the phantom of `spec` lies, as a perfect finding would tell."""
    place, (down, across) = spec.place, spec.spacing_mm
    lean = tuple(tan(radians(angle)) for angle in place.tilt_deg)
    return Pose(
        place.origin_mm,
        place.direction,
        place.roll_deg,
        place.mirrored,
        (spec.matrix[0] - 1) / 2 + place.offset_mm[1] / down,
        (spec.matrix[1] - 1) / 2 + place.offset_mm[0] / across,
        lean[1] / down,
        lean[0] / across,
        place.scale,
    )


def case_of(spec: Catphan, images: Sequence[Image] | None = None, *, model: str = "") -> CatphanCase:
    """Return the case of `spec`; `images` in place of those it renders."""
    stack = images or [store_catphan(spec, k, draw_catphan(spec, at)) for k, at in enumerate(spec.slice_positions_mm)]
    return CatphanCase(tuple(stack), pose_of(spec), METHOD.family[model or spec.layout.id], {}, METHOD)


class Drawn:
    """A phantom drawn once, for many seeds of noise."""

    def __init__(self, spec: Catphan) -> None:
        self.spec = spec
        self._values = [draw_catphan(spec, at) for at in spec.slice_positions_mm]

    def case(self, seed: int) -> CatphanCase:
        """Return the case with the noise of `seed`."""
        return case_of(self.spec, with_noise(self._values, self.spec, seed))
