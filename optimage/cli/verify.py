# SPDX-License-Identifier: LGPL-3.0-or-later
"""`optimage verify`: what a person checks before anything is calculated."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from optimage.cli.common import PATHS, open_application
from optimage.i18n import _

if TYPE_CHECKING:
    from optimage.workflow.verify import Located, Verification

NOT_COMPARABLE = 1
PICTURE = click.Path(dir_okay=False, path_type=Path)


@click.command("verify", help=_("Compare images with profiles line by line; find the phantom without measuring it."))
@PATHS
@click.option("--profile", "profile_id", metavar="ID", help=_("the applied profile; default: the best match"))
@click.option("--phantom", metavar="ID", help=_("find this module's phantom; no profile is asked"))
@click.option("--save-localisation", type=PICTURE, help=_("write where the phantom is, to edit and replay"))
@click.option("--picture", type=PICTURE, help=_("draw where the phantom is into this PNG"))
def command(
    paths: tuple[Path, ...],
    profile_id: str | None,
    phantom: str | None,
    save_localisation: Path | None,
    picture: Path | None,
) -> int:
    from optimage.workflow.by_hand import Request
    from optimage.workflow.verify import locate, verify_headers

    revisions = () if phantom and not profile_id else open_application().store.profiles.current()
    comparable = True
    if revisions or not phantom:
        for verification in verify_headers(paths, revisions, profile_id):
            _print(verification)
            comparable = comparable and verification.comparison.admitted
    if not comparable:
        return NOT_COMPARABLE
    if phantom or save_localisation or picture:
        _show_localisation(locate(Request(paths, phantom, profile_id), revisions)[0], save_localisation, picture)
    return 0


def _print(verification: "Verification") -> None:
    from optimage.cli.edge import visible
    from optimage.cli.table import format_table
    from optimage.matching.comparison import LineState

    words = {
        LineState.MATCH: "✔ " + _("match"),
        LineState.COMPARABLE: "▲ " + _("comparable"),
        LineState.NOT_COMPARABLE: "✖ " + _("not comparable"),
    }
    comparison = verification.comparison
    click.echo(visible(f"{verification.image}  {verification.profile_id}  {words[comparison.state]}"))
    rows = [
        (line.keyword, line.expected, "–" if line.found is None else line.found, words[line.state])
        for line in comparison.lines
    ]
    click.echo(format_table((_("attribute"), _("profile"), _("image"), _("outcome")), rows) + "\n")


def _show_localisation(located: "Located", target: Path | None, picture: Path | None) -> None:
    from optimage.workflow.replay import save_localisation

    found = located.localisation
    click.echo(_("phantom found, confidence {confidence:.0%}").format(confidence=found.confidence))
    if target:
        save_localisation(found, target)
        click.echo(str(target))
    if picture:
        from optimage.charts.picture import picture as picture_of
        from optimage.plots.picture import save_picture

        uid, frame = (found.shapes[0].uid, found.shapes[0].frame)
        image = next(i for i in located.images.all() if (i.uid, i.frame) == (uid, frame))
        shapes = tuple(s for s in found.shapes if (s.uid, s.frame) == (uid, frame))
        save_picture(picture_of(image, shapes), picture)
        click.echo(str(picture))
