# SPDX-License-Identifier: LGPL-3.0-or-later
"""MRI level A: signal, uniformity, ghosting and geometry of a homogeneous phantom."""

from dataclasses import replace

from optimage.api import (
    N_,
    AnalysisResult,
    ImageSet,
    InputSpec,
    Localisation,
    MeasurementSpec,
    Parameters,
    PhantomInfo,
    hookimpl,
)
from optimage_phantoms.mr_flood.card import MEASURES, SAME, SUBTESTS
from optimage_phantoms.mr_flood.method import Method, load_method
from optimage_phantoms.mr_flood.parameters import DEFAULTS, PARAMETERS


class MriLevelA:
    """A bottle, sphere or square flood, once or twice: any plane, any number of slices."""

    def __init__(self) -> None:
        self._method: Method = load_method()
        self.info = PhantomInfo(
            id="mri_level_a",
            title=N_("MRI homogeneous phantom (level A)"),
            version="1",
            modalities=frozenset({"MR"}),
            inputs=(
                InputSpec(
                    "series",
                    same=SAME,
                    title=N_("images of the phantom, each acquired twice"),
                    acquired_within_s=3600.0,
                    wanted=2,
                ),
            ),
            measures=tuple(_with_method(spec, DEFAULTS) for spec in MEASURES),
            parameters=PARAMETERS,
            subtests=SUBTESTS,
            geometry_sha256=self._method.sha256,
        )

    def locate(self, images: ImageSet, parameters: Parameters) -> Localisation:  # noqa: ARG002 - none changes it
        """Pair the images and find the phantom on every slice."""
        from optimage_phantoms.mr_flood.locate import locate_phantom

        return locate_phantom(images, self._method)

    def measure(self, images: ImageSet, localisation: Localisation, parameters: Parameters) -> AnalysisResult:
        """Measure every located slice or pair."""
        from optimage_phantoms.mr_flood.measure import measure_phantom

        specs = tuple(_with_method(spec, parameters) for spec in MEASURES)
        return measure_phantom(images, localisation, parameters, method=self._method, specs=specs)


def _with_method(spec: MeasurementSpec, parameters: Parameters) -> MeasurementSpec:
    """Return `spec` with the method that `parameters` make of it."""
    kernel = "nine_points" if parameters["nine_point_kernel"] else "plain"
    known = "known" if parameters["diameter_mm"] else "mean"
    return replace(spec, method=spec.method.format(**parameters, kernel=kernel, known=known))


@hookimpl
def optimage_register_phantoms() -> list[MriLevelA]:
    """Offer the MRI phantom."""
    return [MriLevelA()]
