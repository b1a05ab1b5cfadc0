# SPDX-License-Identifier: LGPL-3.0-or-later
"""Progress at a terminal, silence elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

import click


@contextmanager
def progress(label: str) -> Iterator[Callable[[], None]]:
    """Give a function that counts one step more on one line of stderr, if that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    steps = count(1)

    def tell() -> None:
        click.echo(f"\r{label} {next(steps)}", nl=False, err=True)

    yield tell
    click.echo("\r\x1b[K", nl=False, err=True)
