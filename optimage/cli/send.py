# SPDX-License-Identifier: LGPL-3.0-or-later
"""`optimage send`: the other end of `serve`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from optimage.cli.common import PATHS
from optimage.i18n import _

if TYPE_CHECKING:
    from optimage.dicom.scu import SentObject


@click.command("send", help=_("Send images to a DICOM node by C-STORE, byte for byte as they are."))
@PATHS
@click.option("--host", default="127.0.0.1", show_default=True, help=_("address of the node"))
@click.option("--port", type=click.IntRange(1, 65535), help=_("its port; default: ours from the settings"))
@click.option("--aet", "called", metavar="TITLE", help=_("its application entity title; default: ours"))
@click.option("--calling", metavar="TITLE", default="OPTIMAGE_SCU", show_default=True, help=_("what we call ourselves"))
def command(paths: tuple[Path, ...], host: str, port: int | None, called: str | None, calling: str) -> int:
    from optimage.cli.edge import SYSTEM
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
            on_progress=lambda _sent: tell(),
        )
    refused = [sent for sent in report.objects if not sent.is_stored and not _is_stranger(sent)]
    for sent in refused:
        _explain(sent)
    stored = sum(sent.is_stored for sent in report.objects)
    click.echo(_("{stored} of {total} objects stored").format(stored=stored, total=stored + len(refused)))
    return SYSTEM if refused or not stored else 0


def _is_stranger(sent: "SentObject") -> bool:
    """Whether the file is no DICOM at all; such files lie in many folders and are passed over."""
    return sent.error is not None and sent.error.code == "not_dicom"


def _explain(sent: "SentObject") -> None:
    from optimage.cli.edge import visible
    from optimage.i18n import say_error

    reason = say_error(sent.error) if sent.error else f"0x{sent.status or 0:04X} {sent.comment}"
    click.echo(visible(f"{sent.location}: {reason}"), err=True)
