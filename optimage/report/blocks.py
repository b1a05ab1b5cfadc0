# SPDX-License-Identifier: LGPL-3.0-or-later
"""Blocks of a report: each a function from the context to parts of the document."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from optimage.charts.control_chart import control_chart
from optimage.charts.curve import curve_charts
from optimage.charts.history import of_one_piece
from optimage.document.measurement import JUDGED, MeasurementContext
from optimage.document.parts import (
    Align,
    Cell,
    Chart,
    Charts,
    Column,
    Facts,
    Heading,
    Paragraph,
    Part,
    Table,
    Title,
    Tone,
)
from optimage.document.words import (
    NOTHING,
    action_text,
    by_hand,
    limits_text,
    line_values,
    moment,
    number,
    uncertainty,
    unit_text,
)
from optimage.i18n import _, advised, labelled, ngettext, say
from optimage.model.outcome import Assignment, JudgedMeasurement
from optimage.model.tolerance import Verdict

UNVERIFIED = " *"


def title(context: MeasurementContext, *, text: str = "") -> Iterator[Part]:
    """Say what was measured, on what, when, and with which overall verdict; `text` stands for the phantom's name."""
    result, profile = context.result, context.profile
    acquisition, reference = result.acquisition, result.profile
    profile_title = (reference.title if reference else "") or (profile.title if profile else "")
    yield Title(text.strip() or context.phantom_title, profile_title or _("Measurement report"), result.verdict)
    serial = result.provenance.phantom_serial or (profile.phantom_serial if profile else "")
    yield Facts(
        (
            (_("Device"), acquisition.device.title or NOTHING),
            (_("Site"), (profile.site if profile else "") or acquisition.institution or NOTHING),
            (_("Phantom"), " · ".join(part for part in (context.phantom_title, serial) if part)),
            (_("Acquired"), moment(acquisition.at)),
            (_("Profile"), f"{reference.id} · {_('revision')} {reference.revision}" if reference else NOTHING),
            (_("Result"), str(result.id) if result.id is not None else _("not stored")),
        )
    )
    if not result.current:
        yield Paragraph(_("This result is superseded by a later one of the same images."))
    yield from _by_hand(result.provenance.assignments)


def _by_hand(assignments: Iterable[Assignment]) -> Iterator[Part]:
    """Say which images the profile did not take by itself, who decided so, and what they fail."""
    for assignment in assignments:
        yield Paragraph(by_hand(assignment))
        for line in assignment.lines:
            yield Paragraph(say(line), Tone.QUIET)


def results(context: MeasurementContext) -> Iterator[Part]:
    """List every summary value with its limits and verdict, those that were judged first."""
    if not context.summaries:
        return
    yield Heading(_("Results"))
    yield _judged_table(context, sorted(context.summaries, key=lambda j: j.judgement.verdict not in JUDGED))
    yield from _footnote(context.summaries)


def recorded(context: MeasurementContext) -> Iterator[Part]:
    """List what was read from the header."""
    if not context.recorded:
        return
    yield Heading(_("Recorded from the image header"))
    yield _judged_table(context, context.recorded)
    yield from _footnote(context.recorded)


def readings(context: MeasurementContext) -> Iterator[Part]:
    """List what a person read, and say who and when."""
    if not context.readings:
        return
    yield Heading(_("Read by a person"))
    yield _judged_table(context, context.readings)
    yield from _footnote(context.readings)
    for reading in context.result.provenance.readings:
        who = ", ".join(part for part in (reading.operator, moment(reading.at)) if part)
        told = labelled(context.title(reading.key), f"{_('entered by')} {who}")
        yield Paragraph(labelled(told, reading.text), Tone.QUIET)


def failures(context: MeasurementContext) -> Iterator[Part]:
    """Say what could not be measured, why, and what to do."""
    if not context.result.failures:
        return
    yield Heading(_("Not measured"))
    for failure in context.result.failures:
        told = advised(say(failure.message), say(failure.advice))
        yield Paragraph(labelled(failure.subtest, told), verdict=Verdict.NOT_MEASURED)


def notes(context: MeasurementContext) -> Iterator[Part]:
    """Repeat the module's remarks and what people said of the result."""
    result = context.result
    if not result.notes and not result.reviews:
        return
    yield Heading(_("Remarks"))
    for note in result.notes:
        yield Paragraph(say(note.message))
    for review in result.reviews:
        words = ", ".join(part for part in (review.operator, moment(review.at), action_text(review.action)) if part)
        yield Paragraph(labelled(words, review.text))


def charts(context: MeasurementContext) -> Iterator[Part]:
    """Draw the control chart of each judged summary that has a history."""
    judged = [j for j in (*context.summaries, *context.readings) if j.judgement.verdict in JUDGED]
    drawn = tuple(_chart(context, j) for j in judged if len(context.history(j)) > 1)
    if not judged:
        return
    yield Heading(_("Control charts"))
    if drawn:
        yield Charts(drawn)
    else:
        yield Paragraph(_("No earlier result of this device and profile: charts begin with the second one."))


def items(context: MeasurementContext, *, rows: int = 40) -> Iterator[Part]:
    """List the values of single slices, heads and frames, at most `rows` of them."""
    found = context.items
    if not found:
        return
    yield Heading(_("Values of single images and parts"))
    yield Table(
        (
            Column(_("Measurement"), 0.42),
            Column(_("Part"), 0.18),
            Column(_("Value"), 0.14, Align.NUMBER),
            Column(_("Unit"), 0.1),
            Column(_("Verdict"), 0.16),
        ),
        tuple(_item_row(context, judged) for judged in found[:rows]),
    )
    more = len(found) - rows
    if more > 0:
        text = ngettext("{n} more value is stored with the result", "{n} more values are stored with the result", more)
        yield Paragraph(text.format(n=more), Tone.QUIET)


def curves(context: MeasurementContext) -> Iterator[Part]:
    """Draw the curves behind the numbers, those of one group in one chart."""
    found = curve_charts(context.result.curves)
    if not found:
        return
    yield Heading(_("Curves"))
    yield Charts(tuple(Chart(spec) for spec in found))


def provenance(context: MeasurementContext) -> Iterator[Part]:
    """State everything needed to get the same numbers again."""
    result, origin = context.result, context.result.provenance
    roles = Counter(reference.role for reference in result.inputs)
    images = ", ".join(f"{count} × {role}" for role, count in roles.items())
    yield Heading(_("Provenance"))
    yield Facts(
        (
            (_("Software"), f"Optimage {origin.software_version}"),
            (_("Module"), f"{result.phantom} {origin.module_version}"),
            (_("Analysed"), moment(origin.analysed_at)),
            (_("Operator"), origin.operator or NOTHING),
            (_("Images"), images or NOTHING),
            (_("Time from"), result.acquisition.source or NOTHING),
            (_("Parameters"), _pairs(origin.parameters)),
            (_("Platform"), _pairs(origin.platform)),
            (_("Image hash"), origin.inputs_sha256 or NOTHING),
            (_("Profile hash"), origin.profile_sha256 or NOTHING),
            (_("Geometry hash"), origin.geometry_sha256 or NOTHING),
        )
    )


def _judged_table(context: MeasurementContext, measurements: Iterable[JudgedMeasurement]) -> Table:
    return Table(
        (
            Column(_("Measurement"), 0.28),
            Column(_("Value"), 0.115, Align.NUMBER),
            Column(_("Unit"), 0.07),
            Column(_("u (k = 1)"), 0.105, Align.NUMBER),
            Column(_("Reference"), 0.11, Align.NUMBER),
            Column(_("Limits"), 0.17),
            Column(_("Verdict"), 0.15),
        ),
        tuple(_judged_row(context, judged) for judged in measurements),
    )


def _judged_row(context: MeasurementContext, judged: JudgedMeasurement) -> tuple[Cell, ...]:
    measured, judgement = judged.measurement, judged.judgement
    mark = "" if judgement.verified else UNVERIFIED
    limits = [text + mark for text in limits_text(judgement.limits, measured.unit)]
    return (
        Cell(context.title(measured.key), below=" · ".join(part for part in (measured.key, measured.method) if part)),
        _number_cell(measured.value, measured.unit),
        Cell(unit_text(measured.unit)),
        Cell(uncertainty(measured.uncertainty, measured.unit), value=measured.uncertainty, unit=measured.unit),
        _number_cell(judgement.reference, measured.unit),
        Cell(limits[0] if limits else NOTHING, more=limits[1] if len(limits) > 1 else ""),
        Cell(verdict=judgement.verdict),
    )


def _number_cell(value: float | None, unit: str) -> Cell:
    return Cell(number(value, unit), value=value, unit=unit)


def _footnote(measurements: Iterable[JudgedMeasurement]) -> Iterator[Part]:
    judgements = [j.judgement for j in measurements if j.judgement.limits is not None]
    if not judgements:
        return
    yield Paragraph(_("▲ warning outside, ✖ fail outside; a limit itself is inside."), Tone.QUIET)
    if not all(judgement.verified for judgement in judgements):
        yield Paragraph(_("* limit not yet checked against the printed text of its source."), Tone.QUIET)
    sources = sorted({judgement.source for judgement in judgements if judgement.source})
    if sources:
        yield Paragraph(_("Sources of limits: {sources}").format(sources="; ".join(sources)), Tone.QUIET)


def _item_row(context: MeasurementContext, judged: JudgedMeasurement) -> tuple[Cell, ...]:
    measured = judged.measurement
    return (
        Cell(context.title(measured.key)),
        Cell(measured.item),
        _number_cell(measured.value, measured.unit),
        Cell(unit_text(measured.unit)),
        Cell(verdict=judged.judgement.verdict),
    )


def _chart(context: MeasurementContext, judged: JudgedMeasurement) -> Chart:
    key, unit = judged.measurement.key, judged.measurement.unit
    lines = context.lines.get(key)
    history = context.histories.get(key) or of_one_piece(context.history(judged), lines)
    spec = control_chart(history, title=context.title(key), unit=unit, highlighted=context.own_id)
    return Chart(replace(spec, notes=spec.notes[:1]), line_values(lines, unit) if lines else "")


def _pairs(values: Mapping[str, object]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in values.items()) or NOTHING
