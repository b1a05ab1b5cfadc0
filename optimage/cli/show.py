# SPDX-License-Identifier: LGPL-3.0-or-later
"""Results as people and scripts see them at a terminal, and the exit code they make."""

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click

from optimage.cli.edge import NOT_MEASURED, visible
from optimage.cli.table import format_limits, format_number, format_table, format_verdict
from optimage.document.words import by_hand, signed_text
from optimage.export.json import envelope
from optimage.i18n import _, advised, labelled, say
from optimage.model.outcome import Result
from optimage.model.tolerance import Verdict
from optimage.spc.words import TITLES

if TYPE_CHECKING:
    from optimage.model.control import Signal
    from optimage.model.signature import Signed


def print_json(results: Iterable[Result]) -> None:
    """Print exactly one JSON object."""
    click.echo(json.dumps(envelope(results), ensure_ascii=False, allow_nan=False))


def print_result(result: Result, signed: Iterable["Signed"] = ()) -> None:
    """Print one result: title, table of summary values, notes, failures with advice, and who signed it."""
    click.echo(visible(_headline(result)))
    rows = [
        (
            judged.measurement.key,
            format_number(judged.measurement.value, judged.measurement.unit),
            judged.measurement.unit,
            format_number(judged.measurement.uncertainty, judged.measurement.unit),
            format_number(judged.judgement.reference, judged.measurement.unit),
            format_limits(judged.judgement.limits, judged.measurement.unit),
            format_verdict(judged.judgement.verdict) + ("" if judged.judgement.verified else " *"),
        )
        for judged in result.measurements
        if not judged.measurement.item
    ]
    if rows:
        header = (_("measurement"), _("value"), _("unit"), "u", _("reference"), _("limits"), _("verdict"))
        click.echo(format_table(header, rows))
    if any(not judged.judgement.verified for judged in result.measurements):
        click.echo(_("* the limit is not verified against its printed source"))
    for assignment in result.provenance.assignments:
        click.echo(visible(f"! {by_hand(assignment)}"))
        for line in assignment.lines:
            click.echo(visible(f"  - {say(line)}"))
    for reading in result.provenance.readings:
        told = _("{key} was read by {operator}").format(key=reading.key, operator=reading.operator)
        click.echo(visible(labelled(told, reading.text)))
    for note in result.notes:
        click.echo(visible(f"! {say(note.message)}"))
    for failure in result.failures:
        told = advised(say(failure.message), say(failure.advice))
        click.echo(visible(f"– {labelled(failure.subtest, told)}"))
    _print_signatures(signed)


def _print_signatures(signed: Iterable["Signed"]) -> None:
    for one in signed:
        click.echo(visible(signed_text(one)))


def _headline(result: Result) -> str:
    acquired = result.acquisition.at.astimezone().strftime("%Y-%m-%d %H:%M") if result.acquisition.at else ""
    profile = f"{result.profile.id} r{result.profile.revision}" if result.profile else result.phantom
    number = f"#{result.id}" if result.id is not None else ""
    parts = (number, profile, result.acquisition.device.title, acquired, format_verdict(result.verdict))
    return "  ".join(part for part in parts if part)


def exit_code(results: Sequence[Result]) -> int:
    """Return the worst over all results, in the order 3 > 1 > 0."""
    if any(result.verdict is Verdict.NOT_MEASURED for result in results):
        return NOT_MEASURED
    return int(any(result.verdict is Verdict.FAIL for result in results))


def print_overview(results: Sequence[Result], signals: Iterable["Signal"] = ()) -> None:
    """Print one line a result, the newest last, with what stood out from its history."""
    by_result: dict[int | None, list[Signal]] = {}
    for signal in signals:
        by_result.setdefault(signal.result_id, []).append(signal)
    rows = [
        (
            str(result.id or ""),
            result.acquisition.at.astimezone().strftime("%Y-%m-%d %H:%M") if result.acquisition.at else "–",
            result.profile.id if result.profile else result.phantom,
            result.acquisition.device.title,
            format_verdict(result.verdict),
            ", ".join([*_remarks(result), *_warnings(result, by_result.get(result.id, ()))]),
        )
        for result in results
    ]
    header = ("id", _("acquired"), _("profile"), _("device"), _("verdict"), _("remark"))
    click.echo(format_table(header, rows) if rows else _("no results"))


def _warnings(result: Result, signals: Iterable["Signal"]) -> list[str]:
    """Tell signals of judged values; the others are on their charts, where they alarm nobody."""
    judged = {j.measurement.key for j in result.measurements if j.judgement.verdict is not Verdict.NOT_JUDGED}
    return [f"{signal.key} {_(TITLES.get(signal.rule, signal.rule))}" for signal in signals if signal.key in judged]


def _remarks(result: Result) -> list[str]:
    """Say the most telling things about a result in a few words."""
    told = [_("superseded")] if not result.current else []
    told += [_("assigned by hand")] if result.provenance.assignments else []
    told += [review.action for review in result.reviews[-1:]]
    told += [
        f"{j.measurement.key} {format_number(j.measurement.value, j.measurement.unit)} {j.measurement.unit}"
        for j in result.measurements
        if j.judgement.verdict in (Verdict.WARNING, Verdict.FAIL)
    ]
    told += [failure.code for failure in result.failures]
    return told
