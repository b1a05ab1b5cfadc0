# SPDX-License-Identifier: LGPL-3.0-or-later
"""`optimage profile`: from a file that people read to the revision that judges."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from optimage.cli.common import PATHS, open_application, parse_assignments
from optimage.cli.table import format_table
from optimage.i18n import _, say

if TYPE_CHECKING:
    from optimage.workflow.learn import LearntProfile

FILES = click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.group("profile", help=_("Learn, check, apply, list, compare and export profiles."))
def command() -> None:
    pass


@command.command("check", help=_("Check profile files; tells every mistake at once."))
@FILES
def check(files: tuple[Path, ...]) -> None:
    from optimage.workflow.profiles import check_files

    for path in check_files(files):
        click.echo(_("{file}: correct").format(file=path))


@command.command("apply", help=_("Make a file the current revision of its profile; only applied revisions judge."))
@FILE
@click.option("--reason", required=True, help=_("why, for those who look back"))
def apply(file: Path, reason: str) -> None:
    from optimage.workflow.profiles import apply_file, difference_to_current, false_alarms

    app = open_application()
    for line in difference_to_current(app.store, file):
        click.echo(say(line))
    revision = apply_file(app.store, file, author=app.settings.operator, reason=reason)
    click.echo(_("{profile} revision {number} applied").format(profile=revision.profile.id, number=revision.revision))
    told = false_alarms(revision.profile)
    if told:
        click.echo(say(told))


@command.command("diff", help=_("Show what applying a file would change."))
@FILE
def diff(file: Path) -> None:
    from optimage.workflow.profiles import difference_to_current

    lines = difference_to_current(open_application().store, file)
    for line in lines:
        click.echo(say(line))
    if not lines:
        click.echo(_("no difference"))


@command.command("list", help=_("List applied profiles, and the shipped examples that are not."))
def list_profiles() -> None:
    from optimage.workflow.profiles import edited_since, shipped_examples

    app = open_application()
    current = app.store.profiles.current()
    edited = edited_since(current)
    rows = [
        (
            revision.profile.id,
            str(revision.revision),
            revision.profile.phantom,
            revision.applied_at.astimezone().strftime("%Y-%m-%d %H:%M") if revision.applied_at else "–",
            revision.author,
            _("file edited, not applied") if revision.profile.id in edited else _("as applied"),
            revision.profile.title,
        )
        for revision in current
    ]
    header = (_("profile"), _("revision"), _("module"), _("applied"), _("by"), _("state"), _("title"))
    click.echo(format_table(header, rows) if rows else _("no profile has been applied yet"))
    click.echo("\n" + _("examples, not active until applied:"))
    for path in shipped_examples(app.registry.profile_folders):
        click.echo(f"  {path}")


@command.command("export", help=_("Write the text of an applied profile again."))
@click.argument("profile_id", metavar="ID")
@click.option("--revision", type=int, help=_("an earlier revision; default: the current one"))
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help=_("a file; default: print it"))
def export(profile_id: str, revision: int | None, output: Path | None) -> None:
    text = open_application().store.profiles.get(profile_id, revision).text
    if output is None:
        click.echo(text, nl=False)
        return
    from optimage.files import write_atomically

    write_atomically(output, text.encode())
    click.echo(str(output))


@command.command("learn", help=_("Write a profile from acceptance images of one device; it judges once applied."))
@PATHS
@click.option("--phantom", metavar="ID", required=True, help=_("the module that measures"))
@click.option(
    "-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help=_("the profile to write")
)
@click.option("--id", "profile_id", metavar="ID", help=_("name of the profile; default: made of device and module"))
@click.option("--set", "assignments", multiple=True, metavar="KEY=VALUE", help=_("set a parameter of the module"))
def learn(
    paths: tuple[Path, ...], phantom: str, output: Path, profile_id: str | None, assignments: tuple[str, ...]
) -> None:
    from optimage.files import write_atomically
    from optimage.workflow.learn import learn_profile

    learnt = learn_profile(paths, phantom, profile_id=profile_id, parameters=parse_assignments(assignments))
    write_atomically(output, learnt.text.encode())
    _tell(learnt)
    click.echo(_("written to {file}; read it, complete it, then apply it").format(file=output))


def _tell(learnt: "LearntProfile") -> None:
    """Say what was learnt and what is left to a person."""
    from optimage.cli.edge import visible
    from optimage.workflow.learning.limits import Origin

    profile = learnt.profile
    required = sum(rule.required for rule in profile.match)
    recorded = ", ".join(rule.keyword for rule in profile.record) or "–"
    lines = [
        f"{profile.id}: {profile.device or '–'}, {learnt.source}",
        _("rules: {required} required, {optional} optional").format(
            required=required, optional=len(profile.match) - required
        ),
        _("recorded: {keywords}").format(keywords=recorded),
        _("limits: {spread} from the spread, {shipped} as shipped").format(
            spread=learnt.count(Origin.SPREAD), shipped=learnt.count(Origin.SHIPPED)
        ),
        _("left for you to decide: {subjects}").format(subjects=", ".join(learnt.undecided) or "–"),
        *(say(warning) for warning in learnt.warnings),
    ]
    for line in lines:
        click.echo(visible(line))
