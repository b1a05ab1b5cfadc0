# SPDX-License-Identifier: LGPL-3.0-or-later
"""`optimage doctor`: whether this installation is fit to work."""

import click

from optimage.cli.edge import visible
from optimage.cli.table import format_table
from optimage.i18n import _, say

NEEDS_CARE = 1


@click.command("doctor", help=_("Check settings, database, plugins and profiles, and say what to do."))
def command() -> int:
    from optimage.cli.common import open_application
    from optimage.dicom.admission import bind_host
    from optimage.version import VERSION
    from optimage.workflow.profiles import edited_since

    app = open_application()
    settings = app.settings
    rows = [
        (_("version"), VERSION),
        (_("home"), str(settings.home)),
        (_("database"), app.store.database.place),
        (_("spool"), str(settings.spool)),
        (_("listening"), f"{bind_host(settings.host, settings.callers)}:{settings.port} {settings.ae_title}"),
        (_("callers"), ", ".join(caller.ae_title for caller in settings.callers) or _("only this machine")),
    ]
    counts = app.store.jobs.counts()
    rows += [(_("jobs: {state}").format(state=state), str(number)) for state, number in counts.items()]
    click.echo(format_table((_("what"), _("how it is")), rows))
    concerns = [
        _("plugin {name}: {error}").format(name=plugin.name, error=say(plugin.error))
        for plugin in app.registry.plugins
        if plugin.error
    ]
    concerns += [say(finding) for finding in app.store.check()]
    concerns += [
        _("the file of profile {profile} was edited and not applied").format(profile=profile)
        for profile in sorted(edited_since(app.store.profiles.current()))
    ]
    for concern in concerns:
        click.echo(visible(f"! {concern}"))
    if not concerns:
        click.echo(_("nothing needs care"))
    return NEEDS_CARE if concerns else 0
