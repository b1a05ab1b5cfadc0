# SPDX-License-Identifier: LGPL-3.0-or-later
"""Progress at a terminal, silence elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """Give a function `tell(done, total)` that draws one line on stderr if that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return

    def tell(done: int, total: int) -> None:
        click.echo(f"\r{label} {done}/{total}", nl=False, err=True)

    yield tell
    click.echo("\r\x1b[K", nl=False, err=True)
