# SPDX-License-Identifier: LGPL-3.0-or-later
"""The sub-tests of high-contrast resolution: line pairs, and beads."""

from collections.abc import Mapping
from math import isnan, nan

from optimage.api import N_, AnalysisError, Message, Note
from optimage_phantoms.catphan.case import CatphanCase
from optimage_phantoms.catphan.resolution.annulus import best_annulus, line_pairs_of
from optimage_phantoms.catphan.resolution.bars import Bars, bars_are_parallel, read_bars
from optimage_phantoms.catphan.resolution.bead import find_beads, refuse_saturated, spread_of
from optimage_phantoms.catphan.resolution.bead_mtf import BeadMtf, measure_beads
from optimage_phantoms.catphan.resolution.card import GROUPS, LEVELS
from optimage_phantoms.catphan.resolution.compatibility import by_maximum
from optimage_phantoms.catphan.resolution.layout import find_layout
from optimage_phantoms.catphan.resolution.modulation import (
    DIFFERENCE,
    HU_MAXIMUM,
    Response,
    by_difference,
    by_michelson,
    by_spread,
)
from optimage_phantoms.catphan.resolution.rules import ResolutionRules, load_resolution_rules
from optimage_phantoms.catphan.resolution.show import bar_curves, bar_overlays, bead_curves, bead_overlays
from optimage_phantoms.catphan.resolution.strips import fine_gauge, plain_gauge
from optimage_phantoms.parts import Part, Subtests, Value

MODULATION = "modulation"
SPREAD_LEVELS = (50, 10)


def measure_line_pairs(case: CatphanCase, _: Mapping[str, Value]) -> Part:
    """Measure modulation and MTF on the bars."""
    rules, pairs = load_resolution_rules(), line_pairs_of(case)
    annulus = best_annulus(case, rules)
    layout = find_layout(annulus, rules)
    plain = plain_gauge(annulus, layout, pairs, rules)
    fine = fine_gauge(plain, pairs, rules, parallel=bars_are_parallel(plain, pairs, rules))
    common, clear = read_bars(plain, pairs, rules), read_bars(fine, pairs, rules)
    share = rules.uncertainty.interpolation_share
    definition = str(case.parameters.get(MODULATION, ""))
    if definition == HU_MAXIMUM:
        chosen = by_maximum(case.stack, annulus.view, layout, pairs, rules.compatibility)
    else:
        chosen = by_difference(common, share) if definition == DIFFERENCE else by_michelson(common, share)
    presampled, spread = by_michelson(clear, share), by_spread(clear, share)
    values = {f"modulation_{group}": _modulation(chosen, group) for group in GROUPS}
    values |= {f"mtf{level}": chosen.at_level(level / 100) for level in LEVELS}
    values |= {f"mtf{level}_presampled": presampled.at_level(level / 100) for level in LEVELS}
    values |= {f"mtf{level}_droege_morin": spread.at_level(level / 100) for level in SPREAD_LEVELS}
    values["visible_lp"] = visible_line_pairs(clear, presampled, rules) / 10.0, nan
    curves = {"mtf:bars": chosen, "mtf:presampled": presampled, "mtf:droege_morin": spread}
    missing = [level for level in LEVELS if isnan(values[f"mtf{level}"][0])]
    return Part(
        {key: value for key, value in values.items() if not isnan(value[0])},
        bar_overlays(annulus, plain, clear),
        _not_reached(missing, chosen),
        _too_sharp(chosen) if LEVELS[0] in missing else None,
        bar_curves(annulus, layout, clear, curves),
    )


def visible_line_pairs(bars: Bars, response: Response, rules: ResolutionRules) -> int:
    """Return the finest group of separate bars whose modulation reaches the limit, with all coarser ones."""
    visible = 0
    for group, value in zip(bars.groups[: bars.counted], response.values, strict=False):
        if value < rules.visible.modulation:
            break
        visible = group.line_pairs_per_cm
    return visible


def _modulation(response: Response, group: int) -> Value:
    if group > len(response.values):
        return nan, nan
    return float(response.values[group - 1]), float(response.uncertainties[group - 1])


def _not_reached(levels: list[int], response: Response) -> tuple[Note, ...]:
    """Tell which levels were not reached; the first level is a failure of its own."""
    wanted = [level for level in levels if level != LEVELS[0]]
    if not wanted:
        return ()
    template = N_(
        "the modulation does not fall to {levels} %: the finest group that the pixels show, "
        "{finest} line pairs per cm, still has {modulation:.0f} %"
    )
    fields: dict[str, str | int | float] = {
        "levels": ", ".join(str(level) for level in wanted),
        "finest": len(response.values),
        "modulation": 100 * float(response.values[-1]),
    }
    return (Note("mtf_level_not_reached", Message(template, fields)),)


def _too_sharp(response: Response) -> AnalysisError:
    return AnalysisError(
        "mtf50_not_reached",
        N_("the modulation falls to {modulation:.0f} % only, at {finest} line pairs per cm, the finest that were read"),
        advice=N_("reconstruct with smaller pixels, so that finer line pairs can be read"),
        finest=len(response.values),
        modulation=100 * float(response.values[-1]),
    )


def measure_bead(case: CatphanCase, _: Mapping[str, Value]) -> Part:
    """Measure MTF and width on the beads, where the images show one."""
    rules, beads = load_resolution_rules().bead, case.model.beads
    if beads is None:
        return Part(notes=(Note("bead_not_in_model", Message(N_("too little is known of beads of this model"))),))
    found = find_beads(case, beads, rules)
    for bead in found:
        refuse_saturated(bead, rules)
    pairs = [(bead, spread) for bead in found if (spread := spread_of(bead, rules))]
    if not pairs:
        return Part(notes=(Note("bead_not_found", Message(N_("no bead was found beside the line pairs"))),))
    pairs = [(bead, spread) for bead, spread in pairs if spread.noise_share <= rules.largest_noise_share]
    if not pairs:
        return Part(notes=(Note("bead_too_noisy", Message(N_("the beads are too faint against the noise"))),))
    spreads = [spread for _, spread in pairs]
    levels = [level / 100 for level in SPREAD_LEVELS]
    mtf = measure_beads(spreads, beads.diameter_mm, levels, rules.largest_aliasing)
    values = {f"mtf{level}_bead": mtf.levels[level / 100] for level in SPREAD_LEVELS}
    values |= {"psf_fwhm_x": mtf.width_x, "psf_fwhm_y": mtf.width_y}
    return Part(
        {key: value for key, value in values.items() if not isnan(value[0])},
        bead_overlays(pairs),
        _coarse(mtf),
        curves=bead_curves(mtf, spreads),
    )


def _coarse(mtf: BeadMtf) -> tuple[Note, ...]:
    missing = [round(100 * level) for level in mtf.too_coarse]
    if not missing:
        return ()
    template = N_("the pixels are too coarse for the {levels} % point of the MTF of the bead")
    return (Note("bead_pixels_too_coarse", Message(template, {"levels": ", ".join(map(str, missing))})),)


SUBTESTS: Subtests[CatphanCase] = {"line_pairs": measure_line_pairs, "bead": measure_bead}
