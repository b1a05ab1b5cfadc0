# SPDX-License-Identifier: LGPL-3.0-or-later
"""Where errors end: one sentence on stderr and an exit code; the trace only on request."""

import sys
from collections.abc import Sequence

import click

from optimage.errors import AnalysisError, ImageError, OptimageError, ProfileError, UsageError
from optimage.i18n import _, advised, say, say_error
from optimage.messages import N_, Message

USAGE = 2
NOT_MEASURED = 3
SYSTEM = 4
INTERRUPTED = 130
NO_CONTROL = "\n\u00a0"  # a line's end, and the no-break space of French: not printable by Python's word, yet harmless


def run(command: click.Command, arguments: Sequence[str]) -> int:
    """Call `command` and return the exit code; nothing but `--debug` lets a trace through."""
    debug = "--debug" in arguments
    try:
        code = command.main([a for a in arguments if a != "--debug"], prog_name="optimage", standalone_mode=False)
    except click.exceptions.Abort:
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except OptimageError as error:
        _trace(debug)
        _tell(error)
        return exit_code_of(error)
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except Exception as error:
        _trace(debug)
        message = Message(N_("unexpected error: {error}"), {"error": f"{type(error).__name__}: {error}"})
        advice = _("run again with --debug and send the trace to the developers")
        click.echo(visible(advised(say(message), advice)), err=True)
        return SYSTEM
    return code if isinstance(code, int) else 0


def exit_code_of(error: OptimageError) -> int:
    """Return 2 for a wrong call or file, 3 for images that cannot be measured, else 4."""
    if isinstance(error, (UsageError, ProfileError)):
        return USAGE
    return NOT_MEASURED if isinstance(error, (ImageError, AnalysisError)) else SYSTEM


def visible(text: str) -> str:
    """Return `text` with control characters written out, so that no header can steer a terminal."""
    return "".join(c if c.isprintable() or c in NO_CONTROL else c.encode("unicode_escape").decode() for c in text)


def _tell(error: OptimageError) -> None:
    click.echo(visible(say_error(error)), err=True)
    for problem in error.problems:
        click.echo(f"  {visible(say(problem))}", err=True)


def _trace(wanted: bool) -> None:
    if wanted:
        import traceback

        traceback.print_exc()
