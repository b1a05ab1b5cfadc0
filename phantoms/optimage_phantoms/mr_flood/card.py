# SPDX-License-Identifier: LGPL-3.0-or-later
"""The card of the module: what it measures, by which source and method, and what can be set."""

from optimage.api import N_, MeasurementSpec, ParameterSpec, ParameterValue, Unit

ONE, DB, PERCENT, MM = Unit.ONE, Unit.DECIBEL, Unit.PERCENT, Unit.MILLIMETRE
NEMA_1 = "NEMA MS 1, IPEM 112"
IPEM = "IPEM 80, IPEM 112"
MCCANN = "McCann et al., Phys Med Biol 58:3775, 2013"

SAME = (
    "Manufacturer",
    "ManufacturerModelName",
    "DeviceSerialNumber",
    "ImageType",
    "ImageOrientationPatient",
    "Rows",
    "Columns",
    "PixelSpacing",
    "SliceThickness",
    "RepetitionTime",
    "EchoTime",
    "FlipAngle",
    "PixelBandwidth",
    "NumberOfAverages",
    "ReceiveCoilName",
    "ScanningSequence",
    "InPlanePhaseEncodingDirection",
    "ProtocolName",
)

SUBTESTS = (
    "snr_subtraction",
    "snr_subtraction_five_px",
    "snr_background",
    "snr_background_five_px",
    "snr_smoothing",
    "snr_smoothing_five_px",
    "snr_db",
    "snr_normalised",
    "snr_map",
    "uniformity",
    "fractional_uniformity",
    "ghosting",
    "ghost_ratio",
    "slice_width",
    "homogeneity",
)

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


def _snr_measures() -> tuple[MeasurementSpec, ...]:
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


MEASURES = (
    *_snr_measures(),
    MeasurementSpec(
        "snr_map_low",
        ONE,
        N_("Local SNR, 5th percentile"),
        "design",
        "median",
        "local_15px@1",
        "5th percentile over the 75 % area of mean / noise in squares of 15 pixels",
    ),
    MeasurementSpec(
        "snr_map_smallest",
        ONE,
        N_("Local SNR, smallest"),
        "design",
        "median",
        "local_15px@1",
        "smallest over the 75 % area of mean / noise in squares of 15 pixels",
    ),
    MeasurementSpec(
        "piu",
        PERCENT,
        N_("Percent integral uniformity"),
        "NEMA MS 3",
        "worst",
        "{kernel}_75pct@1",
        "100 · (1 - (max - min) / (max + min)) over the 75 % area; of several images the smallest",
    ),
    MeasurementSpec(
        "piu_disc",
        PERCENT,
        N_("Percent integral uniformity, discs of 1 cm²"),
        "ACR large phantom guidance",
        "worst",
        "disc_100mm2_75pct@1",
        "the same of the means of discs of 1 cm² that lie wholly in the 75 % area; of several images the smallest",
    ),
    MeasurementSpec(
        "integral_uniformity",
        ONE,
        N_("Integral uniformity"),
        IPEM,
        "worst",
        "{kernel}_75pct@1",
        "(max - min) / (max + min) over the 75 % area; of several images the largest",
    ),
    MeasurementSpec(
        "naad",
        PERCENT,
        N_("Normalised absolute average deviation"),
        "NEMA MS 3",
        "worst",
        "{kernel}_75pct@1",
        "100 · (1 - mean of |S - mean| / mean) over the 75 % area; of several images the smallest",
    ),
    MeasurementSpec(
        "greyscale_within_10",
        PERCENT,
        N_("Area within 10 % of the mean"),
        "NEMA MS 3",
        "worst",
        "{kernel}_75pct@1",
        "share of the 75 % area with at most 10 % deviation from its mean; of several images the smallest",
    ),
    MeasurementSpec(
        "greyscale_sd",
        PERCENT,
        N_("Standard deviation of the grey levels"),
        "NEMA MS 3",
        "worst",
        "{kernel}_75pct@1",
        "100 · SD / mean over the 75 % area; of several images the largest",
    ),
    MeasurementSpec(
        "fractional_uniformity_h",
        ONE,
        N_("Fractional uniformity, horizontal"),
        IPEM,
        "worst",
        "profile_{profiles}_{profile_reference}@1",
        "share of a horizontal profile within 10 % of the level of the middle; of several images the smallest",
    ),
    MeasurementSpec(
        "fractional_uniformity_v",
        ONE,
        N_("Fractional uniformity, vertical"),
        IPEM,
        "worst",
        "profile_{profiles}_{profile_reference}@1",
        "share of a vertical profile within 10 % of the level of the middle; of several images the smallest",
    ),
    MeasurementSpec(
        "psg",
        PERCENT,
        N_("Percent signal ghosting"),
        "ACR large phantom guidance",
        "worst",
        "four_ellipses_1000mm2@1",
        "100 · |(top + bottom) - (left + right)| / (2 · signal) of four ellipses; of several images the largest",
    ),
    MeasurementSpec(
        "ghost_ratio",
        PERCENT,
        N_("Ghost ratio"),
        IPEM,
        "worst",
        "band_mean@1",
        "100 · |band in phase direction - noise beside it| / signal; of several images the largest",
    ),
    MeasurementSpec(
        "ghost_ratio_max",
        PERCENT,
        N_("Ghost ratio, brightest spot"),
        IPEM,
        "worst",
        "brightest_5x5@1",
        "100 · (brightest 5 × 5 pixels in phase direction - noise) / signal; of several images the largest",
    ),
    MeasurementSpec(
        "slice_width",
        MM,
        N_("Slice width"),
        "IPEM 80, AAPM 28",
        "median",
        "two_plates@1",
        "width of both shadows, the tilt taken into account; nominal rod distances",
        optional=True,
    ),
    MeasurementSpec(
        "slice_width_top",
        MM,
        N_("Slice width, upper or left plate"),
        "IPEM 80",
        "median",
        "one_plate@1",
        "full width at half maximum of the shadow times the slope of the plate",
        optional=True,
    ),
    MeasurementSpec(
        "slice_width_bottom",
        MM,
        N_("Slice width, lower or right plate"),
        "IPEM 80",
        "median",
        "one_plate@1",
        "full width at half maximum of the shadow times the slope of the plate",
        optional=True,
    ),
    MeasurementSpec(
        "plate_tilt_deg",
        Unit.DEGREE,
        N_("Tilt of the plates against the slice"),
        "AAPM 28",
        "median",
        "two_plates@1",
        "positive where the upper or left plate reads narrower",
        optional=True,
    ),
    MeasurementSpec(
        "rod_distance_h",
        MM,
        N_("Distance of the rods, horizontal"),
        "IPEM 80",
        "median",
        "rod_grid@1",
        "mean distance of outer rods along the rows of the image",
        optional=True,
    ),
    MeasurementSpec(
        "rod_distance_v",
        MM,
        N_("Distance of the rods, vertical"),
        "IPEM 80",
        "median",
        "rod_grid@1",
        "mean distance of outer rods along the columns of the image",
        optional=True,
    ),
    MeasurementSpec(
        "rod_distortion",
        PERCENT,
        N_("Largest deviation of a rod distance"),
        "IPEM 80",
        "worst",
        "rod_grid@1",
        "100 · |measured - nominal| / nominal of outer rods",
        optional=True,
    ),
)

SMALLEST = frozenset(
    ("piu", "piu_disc", "naad", "greyscale_within_10", "fractional_uniformity_h", "fractional_uniformity_v")
)
"""Keys whose worst value is the smallest."""

PARAMETERS = (
    ParameterSpec(
        "squares",
        str,
        "five_px",
        "",
        N_("five squares of 20 pixels, 40 pixels off the middle, or of 20 mm, 0.45 of the radius off the middle"),
        choices=("five_px", "five_mm"),
    ),
    ParameterSpec(
        "smoothing_kernel",
        int,
        9,
        "px",
        N_("width of the moving mean of the smoothing method: 9 for head coils, 25 for body coils"),
        minimum=3,
        maximum=51,
    ),
    ParameterSpec(
        "detrend",
        int,
        0,
        "",
        N_("order of the polynomial taken away from the difference of a pair, 0 for none"),
        minimum=0,
        maximum=2,
    ),
    ParameterSpec(
        "channels",
        int,
        0,
        "",
        N_("channels of the coil whose magnitudes were added, 0 to tell them by the background"),
        minimum=0,
        maximum=256,
    ),
    ParameterSpec(
        "nine_point_kernel",
        bool,
        True,
        "",
        N_("smooth by the nine-point kernel before the extremes and deviations are taken"),
    ),
    ParameterSpec(
        "profiles",
        str,
        "160_px",
        "",
        N_("length of the profiles of the fractional uniformity; 10 pixels or mm wide"),
        choices=("160_px", "160_mm"),
    ),
    ParameterSpec(
        "profile_reference",
        str,
        "mode",
        "",
        N_("level that the profiles are compared with: the most frequent value of the middle, or the median"),
        choices=("mode", "median"),
    ),
    ParameterSpec(
        "slice_width_mm",
        float,
        0.0,
        "mm",
        N_("measured slice width for the normalisation, 0 to take the nominal one"),
        minimum=0.0,
        maximum=100.0,
    ),
)

DEFAULTS: dict[str, ParameterValue] = {parameter.name: parameter.default for parameter in PARAMETERS}
