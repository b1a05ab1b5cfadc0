# SPDX-License-Identifier: LGPL-3.0-or-later
"""Which attribute of an enhanced object lives in which functional group (PS3.3 C.7.6.16.2 and C.8.13.5)."""

FRAME_CONTENT = "FrameContentSequence"
FRAME_TYPE = "MRImageFrameTypeSequence"

# Enhanced objects tell absorption rates by region, in a sequence within the group; the classic one is of the whole body
WHOLE_BODY = "SAR"
RATE_DEFINITION, RATE_VALUE = "SpecificAbsorptionRateDefinition", "SpecificAbsorptionRateValue"

GROUPS: dict[str, tuple[str, ...]] = {
    "PixelMeasuresSequence": ("PixelSpacing", "SliceThickness", "SpacingBetweenSlices"),
    FRAME_CONTENT: (
        "FrameAcquisitionNumber",
        "FrameReferenceDateTime",
        "FrameAcquisitionDateTime",
        "FrameAcquisitionDuration",
        "DimensionIndexValues",
        "TemporalPositionIndex",
        "StackID",
        "InStackPositionNumber",
        "FrameComments",
        "FrameLabel",
    ),
    "PlanePositionSequence": ("ImagePositionPatient",),
    "PlaneOrientationSequence": ("ImageOrientationPatient",),
    "PixelValueTransformationSequence": ("RescaleIntercept", "RescaleSlope", "RescaleType"),
    "FrameVOILUTSequence": ("WindowCenter", "WindowWidth", "WindowCenterWidthExplanation"),
    FRAME_TYPE: (
        "FrameType",
        "PixelPresentation",
        "VolumetricProperties",
        "VolumeBasedCalculationTechnique",
        "ComplexImageComponent",
        "AcquisitionContrast",
    ),
    "MRTimingAndRelatedParametersSequence": (
        "RepetitionTime",
        "FlipAngle",
        "EchoTrainLength",
        "RFEchoTrainLength",
        "GradientEchoTrainLength",
        "GradientOutputType",
        "GradientOutput",
        WHOLE_BODY,
    ),
    "MRFOVGeometrySequence": (
        "InPlanePhaseEncodingDirection",
        "MRAcquisitionFrequencyEncodingSteps",
        "MRAcquisitionPhaseEncodingStepsInPlane",
        "MRAcquisitionPhaseEncodingStepsOutOfPlane",
        "PercentSampling",
        "PercentPhaseFieldOfView",
    ),
    "MREchoSequence": ("EffectiveEchoTime", "EchoNumbers"),
    "MRModifierSequence": (
        "InversionRecovery",
        "InversionTimes",
        "FlowCompensation",
        "FlowCompensationDirection",
        "Spoiling",
        "T2Preparation",
        "SpectrallySelectedExcitation",
        "SpatialPresaturation",
        "PartialFourier",
        "PartialFourierDirection",
        "ParallelAcquisition",
        "ParallelAcquisitionTechnique",
        "ParallelReductionFactorInPlane",
        "ParallelReductionFactorOutOfPlane",
    ),
    "MRImagingModifierSequence": (
        "MagnetizationTransfer",
        "BloodSignalNulling",
        "Tagging",
        "TransmitterFrequency",
        "PixelBandwidth",
    ),
    "MRReceiveCoilSequence": (
        "ReceiveCoilName",
        "ReceiveCoilManufacturerName",
        "ReceiveCoilType",
        "QuadratureReceiveCoil",
    ),
    "MRTransmitCoilSequence": ("TransmitCoilName", "TransmitCoilManufacturerName", "TransmitCoilType"),
    "MRAveragesSequence": ("NumberOfAverages",),
}
GROUPED = frozenset(keyword for keywords in GROUPS.values() for keyword in keywords)

# Said of the object as well as of its frames; where they differ, the object's value is MIXED (PS3.3 C.8.16.1)
SAID_TWICE = tuple(keyword for keyword in GROUPS[FRAME_TYPE] if keyword != "FrameType")

# What tells the place of a frame among the others, in the order of their indices
DIMENSIONS = ("StackID", "InStackPositionNumber", "TemporalPositionIndex")
