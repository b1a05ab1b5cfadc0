# SPDX-License-Identifier: LGPL-3.0-or-later
"""What the uniformity module gives, by which source and method."""

from optimage.api import N_, MeasurementSpec, ParameterSpec, Unit

HU, ONE, PERCENT, MM = Unit.HOUNSFIELD, Unit.ONE, Unit.PERCENT, Unit.MILLIMETRE
DISCS, POWER, MEAN = "five_discs@1", "squares_30mm_half_overlap_quadratic@1", "header_mean@1"
TG233 = "ICRU 87, AAPM TG-233"
DICOM = "DICOM PS3.3"
SIDES = {
    "centre": N_("Uniformity module, CT number in the middle"),
    "right": N_("Uniformity module, CT number at the right"),
    "bottom": N_("Uniformity module, CT number at the bottom"),
    "left": N_("Uniformity module, CT number at the left"),
    "top": N_("Uniformity module, CT number at the top"),
}
HEADER = (
    ("ctdi_vol", Unit.MILLIGRAY, N_("CTDIvol"), "CTDIvol"),
    ("tube_voltage", Unit.KILOVOLT, N_("Tube voltage"), "KVP"),
    ("tube_current", Unit.MILLIAMPERE, N_("Tube current"), "XRayTubeCurrent, XRayTubeCurrentInmA"),
    ("exposure", Unit.MILLIAMPERE_SECOND, N_("Exposure"), "ExposureInmAs, ExposureInuAs, Exposure"),
    ("exposure_time", Unit.MILLISECOND, N_("Exposure time"), "ExposureTimeInms, ExposureTime"),
    ("nominal_slice_thickness", MM, N_("Nominal slice thickness"), "SliceThickness"),
    ("reconstruction_diameter", MM, N_("Reconstruction diameter"), "ReconstructionDiameter"),
    ("pitch", ONE, N_("Pitch"), "SpiralPitchFactor"),
    ("collimation", MM, N_("Total collimation"), "TotalCollimationWidth"),
)

MEASURES = (
    *(
        MeasurementSpec(
            f"uniformity_{side}",
            HU,
            title,
            "pylinac: discs of 10 mm radius, 53 mm from the axis",
            method=DISCS,
            formula="mean of the disc, over the slices of the module; sides as on the screen",
        )
        for side, title in SIDES.items()
    ),
    MeasurementSpec(
        "uniformity_max_dev",
        HU,
        N_("Uniformity, largest deviation"),
        "IEC 61223-3-5",
        method=DISCS,
        formula="signed peripheral mean - central mean of largest magnitude",
    ),
    MeasurementSpec(
        "uniformity_index",
        PERCENT,
        N_("Uniformity index"),
        "pylinac",
        method=DISCS,
        formula="100 · (peripheral mean - central mean) / (central mean + 1000), of largest magnitude",
    ),
    MeasurementSpec(
        "integral_nonuniformity",
        ONE,
        N_("Integral non-uniformity"),
        "Elstrøm et al., Acta Oncol 2011",
        method=DISCS,
        formula="(max - min) / (max + min + 2000) over the five means",
    ),
    MeasurementSpec(
        "cupping",
        HU,
        N_("Cupping"),
        "design",
        method=DISCS,
        formula="mean of the four peripheral means - central mean",
    ),
    MeasurementSpec(
        "noise",
        HU,
        N_("Noise"),
        "IEC 61223-3-5",
        method="disc_60mm_sd@1",
        formula="SD in the disc of 60 mm about the axis, root mean square over the slices of the module",
    ),
    MeasurementSpec(
        "noise_detrended",
        HU,
        N_("Noise without slow trends"),
        "design",
        method="disc_60mm_sd_detrend2@1",
        formula="the same about a quadratic surface fitted to each slice",
    ),
    MeasurementSpec(
        "nps_integral",
        "HU²",
        N_("Noise power, integral"),
        TG233,
        method=POWER,
        formula="∬ NPS du dv, with what the quadratic surfaces took",
    ),
    MeasurementSpec(
        "nps_peak_f",
        Unit.PER_MILLIMETRE,
        N_("Noise power, frequency of the peak"),
        TG233,
        method=POWER,
        formula="vertex of a parabola through the radial NPS above 70 % of its highest value, two lowest bins left out",
    ),
    MeasurementSpec(
        "nps_mean_f",
        Unit.PER_MILLIMETRE,
        N_("Noise power, mean frequency"),
        TG233,
        method=POWER,
        formula="Σ f NPS / Σ NPS of the radial NPS from its second bin to the Nyquist frequency",
    ),
    *(
        MeasurementSpec(
            key, unit, title, DICOM, method=MEAN, formula=f"mean over the slices of {keywords}", optional=True
        )
        for key, unit, title, keywords in HEADER
    ),
)

PARAMETERS: tuple[ParameterSpec, ...] = ()
