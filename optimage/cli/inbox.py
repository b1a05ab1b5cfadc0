# SPDX-License-Identifier: LGPL-3.0-or-later
"""`optimage inbox`: what nobody asked for, and what a person does with it."""

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from optimage.cli.common import JSON, open_application
from optimage.i18n import _, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optimage.app import App
    from optimage.workflow.inbox import Entry
    from optimage.workflow.recognise import Recognition

ENTRY = click.argument("entry_id", type=int, metavar="ID")
REASON = click.option("--reason", required=True, help=_("why, for those who look back"))


@click.group("inbox", help=_("Show and settle series that matched no profile, or are probably patients'."))
def command() -> None: ...


@command.command("list", help=_("List waiting series, why they wait, and what they may be."))
@click.option("--recognise", is_flag=True, help=_("let every module look at the images"))
@JSON
def list_entries(recognise: bool, as_json: bool) -> None:
    from optimage.workflow.inbox import entries, opinions

    app = open_application()
    found = entries(app.store, app.store.profiles.current(), phantom_pattern=app.settings.phantom_pattern)
    looked = [(entry, opinions(app.store, entry, app.modules) if recognise else ()) for entry in found]
    if as_json:
        click.echo(json.dumps({"schema": 1, "inbox": [_plain(*one) for one in looked]}, ensure_ascii=False))
        return
    for entry, recognitions in looked:
        _print(entry, recognitions)
    if not found:
        click.echo(_("the inbox is empty"))


@command.command("assign", help=_("Let a profile take a series that it did not take by itself."))
@ENTRY
@click.argument("profile_id", metavar="PROFILE")
@REASON
def assign(entry_id: int, profile_id: str, reason: str) -> None:
    from optimage.workflow.inbox import assign as put

    app = open_application()
    revision = app.store.profiles.get(profile_id)
    module = app.registry.module(revision.profile.phantom)
    put(
        app.store,
        _find(app, entry_id),
        revision,
        module,
        operator=app.settings.operator,
        reason=reason,
        now=datetime.now(UTC),
    )
    click.echo(_("assigned to {profile}; the service measures it next").format(profile=profile_id))


@command.command("ignore", help=_("Take a series out of the inbox; it stays stored."))
@ENTRY
@REASON
def ignore(entry_id: int, reason: str) -> None:
    from optimage.workflow.inbox import ignore as put_aside

    app = open_application()
    put_aside(app.store, _find(app, entry_id), operator=app.settings.operator, reason=reason)
    click.echo(_("ignored"))


@command.command("release", help=_("Say that a quarantined series shows a phantom; it is matched after all."))
@ENTRY
@REASON
def release(entry_id: int, reason: str) -> None:
    from optimage.workflow.inbox import release as let_go

    app = open_application()
    let_go(app.store, _find(app, entry_id), operator=app.settings.operator, reason=reason)
    click.echo(_("released"))


def _find(app: "App", entry_id: int) -> "Entry":
    from optimage.workflow.inbox import find

    revisions = app.store.profiles.current()
    return find(app.store, entry_id, revisions, phantom_pattern=app.settings.phantom_pattern)


def _print(entry: "Entry", recognitions: "Sequence[Recognition]") -> None:
    from optimage.cli.edge import visible
    from optimage.model.jobs import InstanceState

    at = entry.acquired_at.astimezone().strftime("%Y-%m-%d %H:%M") if entry.acquired_at else "–"
    count = _("{count} objects").format(count=len(entry.instances))
    parts = (f"#{entry.id}", entry.modality, entry.description, entry.device, at, count)
    click.echo(visible("  ".join(part for part in parts if part)))
    if entry.state is InstanceState.QUARANTINED:
        click.echo("  " + _("quarantined, probably a patient; never analysed unless released"))
    if entry.nearest:
        click.echo(visible("  " + _("nearest profile: {profile}").format(profile=entry.nearest)))
    for reason in entry.reasons:
        click.echo(visible(f"  - {say(reason)}"))
    for opinion in recognitions:
        click.echo(visible("  " + _opinion(opinion)))


def _opinion(opinion: "Recognition") -> str:
    name = f"{_(opinion.title)} {opinion.model}".strip()
    if opinion.refusal:
        return _("no {name}: {reason}").format(name=name, reason=opinion.refusal)
    return _("looks like a {name}, {score:.0f} %").format(name=name, score=100 * opinion.score)


def _plain(entry: "Entry", recognitions: "Sequence[Recognition]") -> dict[str, Any]:
    from optimage.model.plain import to_plain

    return {
        "id": entry.id,
        "state": entry.state.value,
        "modality": entry.modality,
        "description": entry.description,
        "device": entry.device,
        "acquired_at": to_plain(entry.acquired_at),
        "objects": len(entry.instances),
        "nearest": entry.nearest or None,
        "reasons": [say(reason) for reason in entry.reasons],
        "recognised": to_plain(tuple(recognitions)),
    }
