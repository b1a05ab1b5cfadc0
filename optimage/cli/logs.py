# SPDX-License-Identifier: LGPL-3.0-or-later
"""Log lines on stderr, where systemd and people find them."""

import logging

from optimage.cli.edge import visible


class _VisibleFormatter(logging.Formatter):
    """Writes control characters out, so that no header can forge a line."""

    def format(self, record: logging.LogRecord) -> str:
        record.msg, record.args = visible(record.getMessage()), ()
        return super().format(record)


def log_to_stderr(level: str) -> None:
    """Send our log to stderr from `level` on; libraries speak from WARNING on."""
    handler = logging.StreamHandler()
    handler.setFormatter(_VisibleFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("optimage").setLevel(level.upper())
