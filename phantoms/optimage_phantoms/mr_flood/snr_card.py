# SPDX-License-Identifier: LGPL-3.0-or-later
"""What the card says of signal-to-noise ratios: three methods, two regions, plain, normalised and in decibel."""

from optimage.api import N_, MeasurementSpec, Unit

ONE, DB = Unit.ONE, Unit.DECIBEL
NEMA_1 = "NEMA MS 1, IPEM 112"
IPEM = "IPEM 80, IPEM 112"
MCCANN = "McCann et al., Phys Med Biol 58:3775, 2013"

SNR = (
    (
        "snr_subtraction",
        N_("SNR by subtraction"),
        NEMA_1,
        "difference_75pct_detrend{detrend}",
        "√2 · mean / SD of A - B, 75 % area",
    ),
    (
        "snr_subtraction_five_px",
        N_("SNR by subtraction, five squares"),
        IPEM,
        "difference_{squares}",
        "mean over five squares of √2 · mean of A / SD of A - B",
    ),
    (
        "snr_background",
        N_("SNR by the background"),
        NEMA_1,
        "central_chi_75pct",
        "mean of the 75 % area / (SD of the air / factor of its channels)",
    ),
    (
        "snr_background_five_px",
        N_("SNR by the background, five squares"),
        NEMA_1,
        "central_chi_{squares}",
        "mean of five squares / (SD of the air / factor of its channels)",
    ),
    (
        "snr_smoothing",
        N_("SNR by smoothing"),
        MCCANN,
        "boxcar{smoothing_kernel}_75pct",
        "mean / SD of the image less its moving mean, over √(1 - 1/k²), 75 % area",
    ),
    (
        "snr_smoothing_five_px",
        N_("SNR by smoothing, five squares"),
        MCCANN,
        "boxcar{smoothing_kernel}_{squares}",
        "mean over five squares of mean / SD of the image less its moving mean, over √(1 - 1/k²)",
    ),
)

TITLES_NORMALISED = {
    "snr_subtraction": N_("SNR by subtraction, normalised"),
    "snr_subtraction_five_px": N_("SNR by subtraction, five squares, normalised"),
    "snr_background": N_("SNR by the background, normalised"),
    "snr_background_five_px": N_("SNR by the background, five squares, normalised"),
    "snr_smoothing": N_("SNR by smoothing, normalised"),
    "snr_smoothing_five_px": N_("SNR by smoothing, five squares, normalised"),
}
TITLES_DB = {
    "snr_subtraction": N_("SNR by subtraction in decibel"),
    "snr_subtraction_five_px": N_("SNR by subtraction, five squares, in decibel"),
    "snr_background": N_("SNR by the background in decibel"),
    "snr_background_five_px": N_("SNR by the background, five squares, in decibel"),
    "snr_smoothing": N_("SNR by smoothing in decibel"),
    "snr_smoothing_five_px": N_("SNR by smoothing, five squares, in decibel"),
}
NORMALISATION = "SNR · √(BW/2) / √30 kHz / (0.001 · dx · dy · dz) / √(NSA · lines · TR)"


def snr_measures() -> tuple[MeasurementSpec, ...]:
    """Return what is promised of every ratio."""
    measures: list[MeasurementSpec] = []
    for key, title, source, method, formula in SNR:
        measures += [
            MeasurementSpec(key, ONE, title, source, "median", f"{method}@1", formula),
            MeasurementSpec(
                f"{key}_normalised",
                ONE,
                TITLES_NORMALISED[key],
                "MagNET, hazen",
                "median",
                f"{method}_normalised@1",
                NORMALISATION,
            ),
            MeasurementSpec(f"{key}_db", DB, TITLES_DB[key], source, "median", f"{method}@1", "20 · log10(SNR)"),
        ]
    return tuple(measures)
