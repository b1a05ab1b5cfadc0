# SPDX-License-Identifier: LGPL-3.0-or-later
"""CT level B: the CATPHAN family."""

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
from optimage_phantoms.catphan.card import DEFAULTS, MEASURES, PARAMETERS, SUBTESTS
from optimage_phantoms.catphan.method import Method, load_method


class CtLevelB:
    """A CATPHAN 500, 503, 504, 600, 604 or 700: a series, some of its slices, or one."""

    def __init__(self) -> None:
        self._method: Method = load_method()
        self.info = PhantomInfo(
            id="ct_level_b",
            title=N_("CATPHAN (CT level B)"),
            version="1",
            modalities=frozenset({"CT"}),
            inputs=(InputSpec("series", title=N_("axial slices of the CATPHAN")),),
            measures=tuple(_with_method(spec, DEFAULTS) for spec in MEASURES),
            parameters=PARAMETERS,
            subtests=SUBTESTS,
            geometry_sha256=self._method.sha256,
        )

    def locate(self, images: ImageSet, parameters: Parameters) -> Localisation:
        """Find the phantom: which model, where along the axis, how it is turned."""
        from optimage_phantoms.catphan.finding.locate import locate_catphan

        return locate_catphan(images, parameters, self._method)

    def measure(self, images: ImageSet, localisation: Localisation, parameters: Parameters) -> AnalysisResult:
        """Measure every section that was scanned, each on its own."""
        from optimage_phantoms.catphan.measure import measure_catphan

        specs = tuple(_with_method(spec, parameters) for spec in MEASURES)
        return measure_catphan(images, localisation, parameters, method=self._method, specs=specs)


def _with_method(spec: MeasurementSpec, parameters: Parameters) -> MeasurementSpec:
    """Return `spec` with the method that `parameters` make of it."""
    return replace(spec, method=spec.method.format(**parameters))


@hookimpl
def optimage_register_phantoms() -> list[CtLevelB]:
    """Offer the CATPHAN."""
    return [CtLevelB()]
