# SPDX-License-Identifier: LGPL-3.0-or-later
"""Localisations in files: what a person looked at, mended, and wants measured again."""

import json
from pathlib import Path

from optimage.errors import UsageError
from optimage.files import write_atomically
from optimage.messages import N_
from optimage.model.plain import from_plain, to_plain
from optimage.model.shapes import Localisation


def save_localisation(localisation: Localisation, path: Path) -> None:
    """Write a localisation as JSON, to be edited or replayed."""
    write_atomically(path, json.dumps(to_plain(localisation), indent=2, ensure_ascii=False).encode())


def load_localisation(path: Path) -> Localisation:
    """Read a localisation; UsageError `bad_localisation` where the file is none."""
    try:
        return from_plain(Localisation, json.loads(path.read_bytes()))
    except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
        raise UsageError(
            "bad_localisation",
            N_("{path} is no localisation: {reason}"),
            advice=N_("write one with optimage verify --save-localisation"),
            path=str(path),
            reason=str(error),
        ) from error
