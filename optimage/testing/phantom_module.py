# SPDX-License-Identifier: LGPL-3.0-or-later
"""Checks that every phantom module must pass, for its author to inherit.

In a pytest file::

    class TestAcmeRing(PhantomModuleChecks):
        module = AcmeRing()

        def sample(self) -> ImageSet:
            return ImageSet({"series": render_ring()})
"""

import pickle
from math import isfinite

import numpy as np

from optimage.api import (
    AnalysisResult,
    Disc,
    FloatArray,
    Image,
    ImageSet,
    Localisation,
    Overlay,
    Parameters,
    PhantomModule,
    Polyline,
    Shape,
    default_parameters,
)

HALF_PIXEL = 0.5


class PhantomModuleChecks:
    """Inherit, set `module`, and supply images of a phantom that is in order with `sample`."""

    module: PhantomModule

    def sample(self) -> ImageSet:
        """Return images that the module can measure."""
        raise AssertionError("supply a sample: images that the module can measure")

    def parameters(self) -> Parameters:
        """Return the parameters to measure with; by default those of the card."""
        return default_parameters(self.module.info)

    def analyse(self, images: ImageSet) -> tuple[Localisation, AnalysisResult]:
        """Locate and measure, as the program does."""
        localisation = self.module.locate(images, self.parameters())
        return localisation, self.module.measure(images, localisation, self.parameters())

    def test_card_is_complete(self) -> None:
        """Id, title, version and inputs are there; keys and parameters are named once; defaults are allowed."""
        info = self.module.info
        _require(bool(info.id and info.title and info.version and info.inputs), "id, title, version or inputs missing")
        _require(info.id.isidentifier(), f"id {info.id!r} is no identifier")
        for names in ([spec.key for spec in info.measures], [spec.name for spec in info.parameters]):
            _require(len(set(names)) == len(names), f"named twice: {names}")
        for spec in info.measures:
            _require(bool(spec.title and spec.unit), f"{spec.key} has no title or unit")
            _require(spec.summary in {"median", "worst", "mean", "single"}, f"{spec.key}: summary {spec.summary!r}")
        for parameter in info.parameters:
            default, choices = parameter.default, parameter.choices
            _require(
                isinstance(default, parameter.type), f"default of {parameter.name} is no {parameter.type.__name__}"
            )
            _require(not choices or default in choices, f"default of {parameter.name} is not among its choices")

    def test_measures_what_the_card_promises(self) -> None:
        """Every measurement is promised, in the promised unit, and every promised key is there or explained."""
        _, result = self.analyse(self.sample())
        for one in result.measurements:
            spec = self.module.info.measure(one.key)
            _require(spec is not None, f"{one.key} is not among the promised measurements")
            _require(spec is None or one.unit == spec.unit, f"{one.key} is in {one.unit}")
            _require(bool(one.method), f"{one.key} names no method")
        summaries = {one.key for one in result.measurements if not one.item}
        silent = [s.key for s in self.module.info.measures if s.key not in summaries and not s.optional]
        _require(not silent or bool(result.failures), f"missing without a failure: {silent}")

    def test_values_are_finite_or_explained(self) -> None:
        """A summary that is not finite comes with a failure; an uncertainty is never negative."""
        _, result = self.analyse(self.sample())
        broken = [one.key for one in result.measurements if not isfinite(one.value)]
        _require(not broken or bool(result.failures), f"not finite and not explained: {broken}")
        negative = [one.key for one in result.measurements if one.uncertainty < 0]
        _require(not negative, f"negative uncertainty: {negative}")

    def test_key_item_and_method_occur_once(self) -> None:
        """No two measurements mean the same."""
        _, result = self.analyse(self.sample())
        names = [(one.key, one.item, one.method) for one in result.measurements]
        _require(len(set(names)) == len(names), "a measurement occurs twice")

    def test_failures_belong_to_subtests(self) -> None:
        """A failure names a sub-test of the card."""
        _, result = self.analyse(self.sample())
        strange = [one.subtest for one in result.failures if one.subtest not in self.module.info.subtests]
        _require(not strange, f"failures of unknown sub-tests: {strange}")

    def test_input_is_unchanged(self) -> None:
        """Pixels and headers are the same after the analysis."""
        images = self.sample()
        before = [(image.pixels.copy(), dict(image.header)) for image in images.all()]
        self.analyse(images)
        for image, (pixels, header) in zip(images.all(), before, strict=True):
            _require(bool(np.array_equal(image.pixels, pixels)), f"the pixels of {image.uid} changed")
            _require(dict(image.header) == header, f"the header of {image.uid} changed")

    def test_same_input_gives_the_same_output(self) -> None:
        """Two analyses agree to the last bit."""
        images = self.sample()
        first, second = (self.analyse(images) for _ in range(2))
        _require(repr(first) == repr(second), "two analyses of the same images differ")

    def test_survives_the_way_to_a_worker_process(self) -> None:
        """Module, localisation and result can be pickled, and the copy measures the same."""
        images = self.sample()
        module: PhantomModule = pickle.loads(pickle.dumps(self.module))  # noqa: S301 - our own bytes
        localisation, result = self.analyse(images)
        there = pickle.loads(pickle.dumps(localisation))  # noqa: S301 - our own bytes
        again = module.measure(images, there, self.parameters())
        _require(repr(pickle.loads(pickle.dumps(again))) == repr(result), "the copy measures differently")  # noqa: S301

    def test_overlays_lie_inside_their_image(self) -> None:
        """Every region lies on an image of the input, inside it, and explains measured keys."""
        images = self.sample()
        _, result = self.analyse(images)
        known = {(image.uid, image.frame): image for image in images.all()}
        keys = {one.key for one in result.measurements}
        for overlay in result.overlays:
            image = known.get((overlay.uid, overlay.frame))
            _require(image is not None, f"{overlay.name} lies on no image of the input")
            _require(image is None or _inside(overlay, image), f"{overlay.name} leaves its image")
            _require(set(overlay.keys) <= keys, f"{overlay.name} explains what was not measured")

    def test_has_an_overlay_for_every_localised_shape(self) -> None:
        """The localisation draws at least one shape, and its confidence lies between 0 and 1."""
        localisation, _ = self.analyse(self.sample())
        _require(bool(localisation.shapes), "nothing to draw")
        _require(0.0 <= localisation.confidence <= 1.0, f"confidence {localisation.confidence}")


def _require(condition: bool, problem: str) -> None:
    if not condition:
        raise AssertionError(problem)


def _inside(overlay: Overlay, image: Image) -> bool:
    low, high = _extent(overlay.shape)
    rows, columns = image.shape
    return bool((low >= -HALF_PIXEL).all() and high[0] <= rows - HALF_PIXEL and high[1] <= columns - HALF_PIXEL)


def _extent(shape: Shape) -> tuple[FloatArray, FloatArray]:
    """Return the corners (row, column) of the box around `shape`, pixel centres on whole numbers."""
    if isinstance(shape, Polyline):
        points = np.array(shape.points, dtype=np.float64)
        return points.min(axis=0), points.max(axis=0)
    half = np.array(shape.radii_px if isinstance(shape, Disc) else (shape.rows / 2, shape.columns / 2))
    centre = np.array((shape.row, shape.column))
    return centre - half, centre + half
