# SPDX-License-Identifier: LGPL-3.0-or-later
"""`optimage doctor`: whether this installation is fit to work."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from optimage.cli.edge import visible
from optimage.cli.table import format_table
from optimage.i18n import _, say

if TYPE_CHECKING:
    from optimage.app import App

NEEDS_CARE = 1
LONG_WAIT_S = 600.0  # a healthy queue moves within minutes


@click.command("doctor", help=_("Check settings, database, queues, plugins and profiles, and say what to do."))
def command() -> int:
    from optimage.cli.common import open_application

    app = open_application()
    waited_s = _longest_wait_s(app)
    rows = [*_installation(app), *_queues(app, waited_s)]
    click.echo(format_table((_("what"), _("how it is")), rows))
    concerns = list(_concerns(app, waited_s))
    for concern in concerns:
        click.echo(visible(f"! {concern}"))
    if not concerns:
        click.echo(_("nothing needs care"))
    return NEEDS_CARE if concerns else 0


def _installation(app: "App") -> Iterator[tuple[str, str]]:
    from optimage.dicom.admission import bind_host
    from optimage.version import VERSION

    settings = app.settings
    address = bind_host(settings.host, settings.callers)
    yield _("version"), VERSION
    yield _("home"), str(settings.home)
    yield _("database"), app.store.database.place
    yield _("spool"), str(settings.spool)
    yield _("listening"), f"{address}:{settings.port} {settings.ae_title}"
    yield _("callers"), ", ".join(caller.ae_title for caller in settings.callers) or _("only this machine")


def _queues(app: "App", waited_s: float) -> Iterator[tuple[str, str]]:
    free_gib = shutil.disk_usage(app.settings.spool).free / (1 << 30)
    yield _("free space"), f"{free_gib:.1f} GiB"
    for state, number in sorted(app.store.instances.counts().items()):
        yield _("objects: {state}").format(state=state), str(number)
    yield _("sets: open"), str(len(app.store.sets.open_sets()))
    for job_state, number in app.store.jobs.counts().items():
        yield _("jobs: {state}").format(state=job_state), str(number)
    yield _("oldest waiting job"), f"{waited_s:.0f} s" if waited_s else "–"


def _longest_wait_s(app: "App") -> float:
    since = app.store.jobs.waiting_since()
    return (datetime.now(UTC) - since).total_seconds() if since else 0.0


def _concerns(app: "App", waited_s: float) -> Iterator[str]:
    from optimage.cli.doctor_reports import report_concerns

    yield from _stuck(app, waited_s)
    yield from report_concerns(app.store, datetime.now(UTC))
    yield from _out_of_order(app)


def _stuck(app: "App", waited_s: float) -> Iterator[str]:
    from optimage.model.jobs import InstanceState, JobState

    if shutil.disk_usage(app.settings.spool).free < app.settings.minimum_free_bytes:
        yield _("there is too little free space: images are refused")
    if waited_s > LONG_WAIT_S:
        yield _("jobs have been waiting for {time:.0f} s; is the service running?").format(time=waited_s)
    if failed := app.store.jobs.counts().get(JobState.FAILED, 0):
        yield _("{count} jobs ended without a result; see optimage jobs list --state failed").format(count=failed)
    waiting = app.store.instances.counts()
    if count := waiting.get(InstanceState.UNMATCHED, 0) + waiting.get(InstanceState.QUARANTINED, 0):
        yield _("{count} objects wait in the inbox; see optimage inbox list").format(count=count)


def _out_of_order(app: "App") -> Iterator[str]:
    from optimage.workflow.profiles import edited_since

    for plugin in app.registry.plugins:
        if plugin.error:
            yield _("plugin {name}: {error}").format(name=plugin.name, error=say(plugin.error))
    for finding in app.store.check():
        yield say(finding)
    for profile in sorted(edited_since(app.store.profiles.current())):
        yield _("the file of profile {profile} was edited and not applied").format(profile=profile)
    yield from _templates(app)


def _templates(app: "App") -> Iterator[str]:
    """Tell what is wrong with report templates: reports wait for them."""
    from optimage.report.templates.files import templates

    found = templates(app.settings.templates)
    for one in found:
        for problem in one.problems:
            yield say(problem)
    known = {one.name for one in found}
    for revision in app.store.profiles.current():
        if revision.profile.report not in known:
            text = _("profile {profile}: there is no report template {name}")
            yield text.format(profile=revision.profile.id, name=revision.profile.report)
