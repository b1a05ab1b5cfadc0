# SPDX-License-Identifier: LGPL-3.0-or-later
"""`optimage send`: the other end of `serve`."""

from pathlib import Path

import click

from optimage.cli.common import PATHS
from optimage.i18n import _


@click.command("send", help=_("Send images to a DICOM node by C-STORE, byte for byte as they are."))
@PATHS
@click.option("--host", default="127.0.0.1", show_default=True, help=_("address of the node"))
@click.option("--port", type=click.IntRange(1, 65535), help=_("its port; default: ours from the settings"))
@click.option("--aet", "called", metavar="TITLE", help=_("its application entity title"))
@click.option("--calling", metavar="TITLE", default="OPTIMAGE_SCU", show_default=True, help=_("what we call ourselves"))
def command(paths: tuple[Path, ...], host: str, port: int | None, called: str | None, calling: str) -> int:
    from optimage.cli.edge import SYSTEM, visible
    from optimage.cli.progress import progress
    from optimage.dicom.scu import send
    from optimage.settings import load_settings

    settings = load_settings()
    with progress(_("sending")) as tell:
        report = send(
            paths,
            host=host,
            port=port or settings.port,
            called_ae=called or settings.ae_title,
            calling_ae=calling,
            on_progress=tell,
        )
    for outcome in report.failed:
        click.echo(visible(outcome.text), err=True)
    click.echo(_("{sent} of {total} objects accepted").format(sent=len(report.accepted), total=len(report.outcomes)))
    return SYSTEM if report.failed else 0
