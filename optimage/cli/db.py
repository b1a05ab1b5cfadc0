# SPDX-License-Identifier: LGPL-3.0-or-later
"""`optimage db`: looking after the database and the spool."""

from pathlib import Path

import click

from optimage.cli.common import open_application
from optimage.i18n import _, say


@click.group("db", help=_("Upgrade, check, back up and verify the database."))
def command() -> None:
    pass


@command.command("upgrade", help=_("Bring the database to this version's schema; a backup is made first."))
def upgrade() -> None:
    from optimage.settings import load_settings
    from optimage.store.upgrade import upgrade as upgrade_database

    settings = load_settings()
    backup_file = upgrade_database(settings.database, backups=settings.home)
    if backup_file:
        click.echo(_("backup: {path}").format(path=backup_file))
    click.echo(_("the database has the schema of this version"))


@command.command("check", help=_("Check the database for damage and contradictions."))
def check() -> int:
    findings = open_application().store.check()
    for finding in findings:
        click.echo(say(finding))
    if not findings:
        click.echo(_("no findings"))
    return int(bool(findings))


@command.command("verify", help=_("Hash every received file again and compare it with its row."))
def verify() -> int:
    from optimage.store.backup import verify as verify_spool

    findings = verify_spool(open_application().store)
    for finding in findings:
        click.echo(say(finding))
    if not findings:
        click.echo(_("every file is as it was received"))
    return int(bool(findings))


@command.command("backup", help=_("Copy database and spool together into a new folder."))
@click.argument("target", type=click.Path(path_type=Path))
def backup(target: Path) -> None:
    from optimage.store.backup import backup as backup_store

    backup_store(open_application().store, target)
    click.echo(str(target))


@command.command("restore", help=_("Put a backup into an empty database and spool."))
@click.argument("source", type=click.Path(exists=True, path_type=Path))
def restore(source: Path) -> int:
    from optimage.settings import load_settings
    from optimage.store.restore import restore as restore_store

    settings = load_settings()
    findings = restore_store(source, settings.database, spool=settings.spool, operator=settings.operator)
    for finding in findings:
        click.echo(say(finding))
    if not findings:
        click.echo(_("restored; no findings"))
    return int(bool(findings))
