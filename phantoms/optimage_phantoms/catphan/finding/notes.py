# SPDX-License-Identifier: LGPL-3.0-or-later
"""What a localisation says to a person: its reasons as sentences."""

from collections import defaultdict
from collections.abc import Sequence

from optimage.api import N_, Localisation, Message, Note

LEFT_OUT = {
    "wrong_modality": N_("left out {slices}: no CT image"),
    "wrong_object": N_("left out {slices}: no axial slice"),
    "missing_attribute": N_("left out {slices}: a needed DICOM attribute is absent"),
    "other_matrix": N_("left out {slices}: other matrix or pixel spacing than most slices"),
    "other_orientation": N_("left out {slices}: other orientation than most slices"),
    "same_position": N_("left out {slices}: another slice lies at the same place"),
    "beside_phantom": N_("left out {slices}: beside the phantom"),
    "metal": N_("left out {slices}: metal or another dense object"),
    "other_outline": N_("left out {slices}: no outline like that of the other slices"),
}
REMARKS = {
    "not_confirmed": N_("the sensitometry module was set by hand; its pins and inserts were not recognised there"),
    "by_line_pairs": N_("no slice shows the sensitometry module: everything is placed by the line pairs, roll to 1°"),
    "model_uncertain": N_(
        "the slices fit more than one CATPHAN; taken as model {model}, set the parameter model if not"
    ),
    "direction_assumed": N_("no other module tells the phantom's direction; taken from the look of its inserts"),
    "against_handedness": N_("the images are mirrored against their header, or the modules stand in an unusual order"),
    "origin_not_refined": N_("the wire ramps do not show where the middle of the sensitometry module lies"),
    "outline_cut_off": N_("the phantom's outline is cut off"),
    "outline_off_axis": N_("what looks like the outline does not lie about the inserts, which were followed instead"),
    "poor_registration": N_("the inserts lie elsewhere than those of the model {model}"),
    "tilted": N_("the phantom is tilted by {tilt:.1f}° against the slices; its centre is followed slice by slice"),
}
GIVEN = N_("set by hand: {names}")


def notes_of(localisation: Localisation) -> tuple[Note, ...]:
    """Return a note for each kind of reason, slices of one kind together."""
    slices: dict[str, list[int]] = defaultdict(list)
    names: list[str] = []
    remarks: list[Note] = []
    values: dict[str, str | float] = {"model": localisation.model, "tilt": localisation.figures.get("tilt_deg", 0.0)}
    for reason in localisation.reasons:
        item, _, code = reason.partition(":")
        if item.startswith("slice=") and code in LEFT_OUT:
            slices[code].append(int(item.removeprefix("slice=")))
        elif item == "given":
            names.append(code)
        elif reason in REMARKS:
            remarks.append(Note(reason, Message(REMARKS[reason], values)))
    left_out = [Note(code, Message(LEFT_OUT[code], {"slices": ranges(numbers)})) for code, numbers in slices.items()]
    given = [Note("set_by_hand", Message(GIVEN, {"names": ", ".join(names)}))] if names else []
    return (*given, *remarks, *left_out)


def ranges(numbers: Sequence[int]) -> str:
    """Write slice numbers briefly: `slice=1-3, 7`."""
    parts: list[list[int]] = []
    for number in sorted(numbers):
        if parts and number == parts[-1][1] + 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return "slice=" + ", ".join(f"{a}" if a == b else f"{a}-{b}" for a, b in parts)
