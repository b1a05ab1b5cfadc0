# SPDX-License-Identifier: LGPL-3.0-or-later
"""`optimage serve`: receive and evaluate until told to stop."""

import signal
from types import FrameType

import click

from optimage.i18n import _


@click.command("serve", help=_("Receive images by DICOM and evaluate them until interrupted."))
@click.option("--port", type=click.IntRange(0, 65535), help=_("TCP port; 0 takes a free one"))
@click.option("--aet", "ae_title", metavar="TITLE", help=_("our application entity title"))
@click.option("--host", help=_("address to listen on; only loopback until callers are configured"))
def command(port: int | None, ae_title: str | None, host: str | None) -> None:
    from optimage.app import with_publisher
    from optimage.cli.common import open_application
    from optimage.cli.logs import log_to_stderr
    from optimage.service.daemon import Service

    app = with_publisher(open_application())
    log_to_stderr(app.settings.log_level)
    service = Service(app, host=host, port=port, ae_title=ae_title)

    def stop(_number: int, _frame: FrameType | None) -> None:
        service.request_stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    bound = service.start()
    click.echo(_("listening on {host}:{port} as {title}").format(host=service.host, port=bound, title=service.ae_title))
    try:
        service.wait()
    finally:
        service.stop()
        for number in (signal.SIGTERM, signal.SIGINT):  # an impatient second one must not spoil the exit code
            signal.signal(number, signal.SIG_IGN)
