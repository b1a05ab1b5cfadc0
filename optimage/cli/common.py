# SPDX-License-Identifier: LGPL-3.0-or-later
"""What several verbs share: settings, the application, and the form of values on the command line."""

from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from optimage.errors import UsageError
from optimage.i18n import _
from optimage.messages import N_

if TYPE_CHECKING:
    from optimage.app import App

PATHS = click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
JSON = click.option("--json", "as_json", is_flag=True, help=_("print one JSON object instead of a table"))


def open_application() -> "App":
    """Read the settings and open the store."""
    from optimage.app import open_app
    from optimage.settings import load_settings

    return open_app(load_settings())


def parse_assignments(assignments: tuple[str, ...], *, example: str = "--set detrend=2") -> dict[str, str]:
    """Return `key=value` texts as a mapping; UsageError for what has no equals sign."""
    parsed = {}
    for assignment in assignments:
        key, separator, value = assignment.partition("=")
        if not separator or not key:
            raise UsageError(
                "bad_assignment",
                N_("{text} is no key=value"),
                advice=N_("write for example {example}"),
                text=assignment,
                example=example,
            )
        parsed[key.strip()] = value.strip()
    return parsed


def parse_date(text: str | None) -> datetime | None:
    """Return an ISO date or time as UTC; a time without zone is local, a date its midnight."""
    if text is None:
        return None
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError("bad_date", N_("{text} is no date"), advice=N_("write it as 2026-11-21"), text=text) from error
    return parsed.astimezone(UTC)


def parse_end_date(text: str | None) -> datetime | None:
    """Return the end of a period; a bare date means the end of that day."""
    parsed = parse_date(text)
    if text is None or parsed is None or len(text.strip()) > len("2026-11-21"):
        return parsed
    return datetime.combine(datetime.fromisoformat(text), time.max).astimezone(UTC)
