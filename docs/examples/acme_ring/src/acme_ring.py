# SPDX-License-Identifier: LGPL-3.0-or-later
"""The ACME ring: a uniform disc, and how uniform an MR scanner shows it."""

from optimage.api import (
    AnalysisError,
    AnalysisResult,
    ImageSet,
    InputSpec,
    Localisation,
    Measurement,
    MeasurementSpec,
    Parameters,
    ParameterSpec,
    PhantomInfo,
    Unit,
    hookimpl,
)
from optimage.imaging.disc import find_bright_disc
from optimage.imaging.rois import extremes, measure_roi
from optimage.imaging.smooth import moving_mean

MEASURED_SHARE = 0.8  # of the radius: clear of the edge, whatever the kernel
METHOD = "smoothed_range_80pct@1"


class AcmeRing:
    """A uniform disc; percent integral uniformity of the middle slice."""

    info = PhantomInfo(
        id="acme_ring",
        title="ACME ring",
        version="1",
        modalities=frozenset({"MR"}),
        inputs=(InputSpec("series", title="slices across the ring"),),
        measures=(
            MeasurementSpec(
                "piu",
                Unit.PERCENT,
                "Integral uniformity",
                source="ACME ring, guide to the test, 3.2",
                method=METHOD,
                formula="100 · (1 - (high - low) / (high + low)) of the smoothed values",
            ),
        ),
        parameters=(ParameterSpec("kernel", int, 9, "px", "side of the square that smooths", minimum=1, maximum=31),),
    )

    def locate(self, images: ImageSet, parameters: Parameters) -> Localisation:
        """Find the disc on the middle slice."""
        image = images.middle("series")
        return Localisation.of_disc("ring", image, find_bright_disc(image))

    def measure(self, images: ImageSet, localisation: Localisation, parameters: Parameters) -> AnalysisResult:
        """Measure the smoothed range inside 80 % of the radius."""
        image = images.middle("series")
        roi = measure_roi(image, localisation.disc("ring").scaled(MEASURED_SHARE))
        low, high = extremes(moving_mean(image.values(), int(parameters["kernel"])), roi.shape)
        if low <= 0.0:
            raise AnalysisError(
                "not_positive",
                "the smallest value inside the ring is {low:.1f}; uniformity needs positive ones",
                advice="send magnitude images",
                low=low,
            )
        piu = 100.0 * (1.0 - (high - low) / (high + low))
        return AnalysisResult(
            measurements=(Measurement("piu", piu, Unit.PERCENT, method=METHOD),),
            overlays=(roi.overlay("uniformity", image, keys=("piu",)),),
            notes=roi.notes,
        )


@hookimpl
def optimage_register_phantoms() -> list[AcmeRing]:
    """Offer the ring."""
    return [AcmeRing()]
