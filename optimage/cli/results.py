# SPDX-License-Identifier: LGPL-3.0-or-later
"""`optimage results`: list what was measured, and say what a person thinks of it."""

import click

from optimage.cli.common import JSON, open_application, parse_date, parse_end_date
from optimage.i18n import _


@click.group("results", invoke_without_command=True, help=_("List results, or review one of them."))
@click.option("--profile", "profile_id", metavar="ID", help=_("only of this profile"))
@click.option("--since", metavar="DATE", help=_("acquired on this day or later"))
@click.option("--until", metavar="DATE", help=_("acquired on this day or earlier"))
@click.option("--all", "also_superseded", is_flag=True, help=_("also results that later ones supersede"))
@JSON
@click.pass_context
def command(
    context: click.Context,
    profile_id: str | None,
    since: str | None,
    until: str | None,
    also_superseded: bool,
    as_json: bool,
) -> None:
    if context.invoked_subcommand:
        return
    from optimage.cli.show import print_json, print_overview

    store = open_application().store
    find = store.results.list if also_superseded else store.results.current
    results = find(profile_id=profile_id, since=parse_date(since), until=parse_end_date(until))
    if as_json:
        print_json(results)
    else:
        print_overview(results, store.signals.list())


@command.command("show", help=_("Show one result with all its values."))
@click.argument("result_id", type=int)
@JSON
def show(result_id: int, as_json: bool) -> None:
    from optimage.cli.show import print_json, print_result
    from optimage.workflow.signing.results import signed_result

    store = open_application().store
    result = store.results.get(result_id)
    if as_json:
        print_json([result])
    else:
        print_result(result, signed_result(store, result))


@command.command("add", help=_("Enter values that a person read; a new result supersedes the old one."))
@click.argument("words", metavar="[RESULT_ID] KEY=VALUE...", nargs=-1, required=True)
@click.option("--uncertainty", "uncertainties", multiple=True, metavar="KEY=U", help=_("standard uncertainty (k = 1)"))
@click.option("--text", default="", help=_("what you want to be remembered"))
@click.option("--profile", "profile_id", metavar="ID", help=_("a measurement without images, under this profile"))
@click.option("--at", metavar="DATE", help=_("when that measurement was made"))
@click.option("--device", default="", metavar="NAME", help=_("of which device, where the profile has several"))
@JSON
def add(
    words: tuple[str, ...],
    uncertainties: tuple[str, ...],
    text: str,
    profile_id: str | None,
    at: str | None,
    device: str,
    as_json: bool,
) -> int:
    from optimage.app import with_publisher
    from optimage.cli.readings import entries_of, moment_of, result_id_of
    from optimage.cli.show import exit_code, print_json, print_result
    from optimage.workflow.enter import enter_readings, enter_without_images

    app = with_publisher(open_application())
    operator = app.settings.operator
    if profile_id is None:
        result_id, values = result_id_of(words, at, device)
        entries = entries_of(values, uncertainties, text)
        result = enter_readings(app.store, app.bus, result_id, entries, operator=operator)
    else:
        entries = entries_of(words, uncertainties, text)
        made = moment_of(at)
        result = enter_without_images(app.store, app.bus, profile_id, made, entries, operator=operator, device=device)
    if as_json:
        print_json([result])
    else:
        print_result(result)
    return exit_code([result])


@command.command("sign", help=_("Accept results as a named person; their reports show it, and what changes later."))
@click.argument("result_ids", type=int, metavar="RESULT_ID...", nargs=-1, required=True)
@click.option("--name", required=True, help=_("who signs, as it shall be read"))
@click.option("--reason", required=True, help=_("what that person says to it"))
def sign(result_ids: tuple[int, ...], name: str, reason: str) -> None:
    from datetime import UTC, datetime

    from optimage.workflow.signing.results import sign_result

    app = open_application()
    for result_id in result_ids:
        sign_result(
            app.store, result_id, name=name, reason=reason, operator=app.settings.operator, now=datetime.now(UTC)
        )
        click.echo(_("result {number}: signed by {name}").format(number=result_id, name=name))


def _review(action: str, help_text: str, *, text_required: bool) -> None:
    @command.command(action, help=help_text)
    @click.argument("result_id", type=int)
    @click.option("--text", required=text_required, help=_("what you want to be remembered"))
    def review(result_id: int, text: str | None) -> None:
        app = open_application()
        app.store.reviews.add(result_id, action, operator=app.settings.operator, text=text or "")
        click.echo(_("result {number}: {action} noted").format(number=result_id, action=action))


_review("accept", _("Accept a result."), text_required=False)
_review("reject", _("Reject a result: it stays visible, and out of every trend."), text_required=True)
_review("comment", _("Comment a result."), text_required=True)
_review("exclude", _("Leave a result out of control lines, for a known cause."), text_required=True)
_review("include", _("Take an excluded result back in."), text_required=False)
