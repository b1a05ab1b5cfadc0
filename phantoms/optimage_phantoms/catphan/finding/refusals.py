# SPDX-License-Identifier: LGPL-3.0-or-later
"""What is said where there is no CATPHAN, or none that can be measured."""

from collections.abc import Sequence

from optimage.api import N_, AnalysisError
from optimage_phantoms.catphan.finding.pattern import Match
from optimage_phantoms.catphan.finding.rings import Pins

ADVICE = N_("choose the phantom module for this phantom; if it is a CATPHAN, set model and origin_slice by hand")


def phantom_not_found() -> AnalysisError:
    """Return the error for images without a round phantom of the size of a CATPHAN."""
    return AnalysisError(
        "phantom_not_found",
        N_("no slice shows a round phantom about 200 mm wide"),
        advice=N_("send the axial series of the CATPHAN, reconstructed with its whole outline"),
    )


def not_a_catphan(pins: Pins | None, matches: Sequence[Match], line_pairs_mm: Sequence[float]) -> AnalysisError:
    """Return the error that tells what was seen instead of the sensitometry module."""
    if pins is None and line_pairs_mm:
        return AnalysisError(
            "no_sensitometry_slice",
            N_("no slice shows the sensitometry module, and the bars that were seen fit no model"),
            advice=N_("scan the sensitometry module, too, or set model and origin_slice_mm by hand"),
        )
    if pins is None:
        return AnalysisError(
            "not_a_catphan",
            N_("no CATPHAN, or not its sensitometry module: no slice shows air and Teflon 58 mm from the axis"),
            advice=ADVICE,
        )
    if pins.count < 4:
        return AnalysisError(
            "not_a_catphan",
            N_("this is no CATPHAN: inserts were seen, but {count} of the four pins on a square of 50 mm"),
            advice=ADVICE,
            count=pins.count,
        )
    return AnalysisError(
        "not_a_catphan",
        N_("this is no known CATPHAN: its inserts fit the {model} best, but not well enough"),
        advice=ADVICE,
        model=min(matches, key=lambda match: match.cost).model.title,
    )
