# SPDX-License-Identifier: LGPL-3.0-or-later
"""Writing files that are either whole or not there."""

import os
import tempfile
from pathlib import Path

from optimage.errors import StoreError
from optimage.messages import N_


def write_atomically(target: Path, data: bytes) -> None:
    """Write `data` to `target`, replacing what was there only once all of it is on disk.

    Raises
    ------
    StoreError
        `cannot_write`: the folder is missing and cannot be made, is read-only, or the disk is full.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _replace(target, data)
    except OSError as error:
        raise StoreError(
            "cannot_write",
            N_("the file {path} cannot be written: {reason}"),
            advice=N_("choose another folder, or make room on the disk"),
            path=str(target),
            reason=error.strerror or str(error),
        ) from error


def _replace(target: Path, data: bytes) -> None:
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
