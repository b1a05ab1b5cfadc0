# SPDX-License-Identifier: LGPL-3.0-or-later
"""The command `optimage`: a list of verbs, each imported only when it is called."""

import gc
import os
import sys
from importlib import import_module

import click

from optimage.cli.lazy import LazyGroup
from optimage.i18n import _, translate_libraries
from optimage.messages import N_

COLLECT_EVERY = 100_000  # objects, not 700

VERBS = {
    "demo": N_("do the whole job once on digital phantoms"),
    "serve": N_("receive images by DICOM and evaluate them"),
    "analyse": N_("measure images now"),
    "verify": N_("compare images with profiles, line by line"),
    "send": N_("send images to a DICOM node"),
    "inbox": N_("settle what matched no profile"),
    "jobs": N_("list, retry and cancel evaluations"),
    "results": N_("list and review results"),
    "signals": N_("list what stands out, and take note of it"),
    "trend": N_("tell where measurements stand and where they are going"),
    "baseline": N_("freeze control lines, list and release them"),
    "due": N_("tell what is to be measured, and what is overdue"),
    "event": N_("note and list what was done to devices"),
    "report": N_("write reports"),
    "run-due": N_("make the reports that are due, for a timer of the system"),
    "chart": N_("write a control chart, histogram or the like"),
    "export": N_("write a profile's results as a table"),
    "import": N_("bring older results of a profile along"),
    "profile": N_("check, apply, list, compare and export profiles"),
    "phantom": N_("list and describe phantom modules"),
    "plugin": N_("list plugins"),
    "db": N_("look after the database"),
    "doctor": N_("check this installation"),
}
MODULES = {"import": "import_history", "run-due": "run_due"}  # where a verb cannot be the name of a module


def _show_version(ctx: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if wanted:
        from optimage.version import VERSION

        click.echo(f"optimage {VERSION}")
        ctx.exit()


@click.group(cls=LazyGroup, verbs=VERBS, modules=MODULES, help=_("Image quality control for radiology."))
@click.option(
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=_show_version, help=_("show the version")
)
@click.option("--debug", is_flag=True, expose_value=False, help=_("show the trace of an error; may stand anywhere"))
def cli() -> None:
    """Stand for the whole program; the verbs do the work."""


def main() -> None:
    """Run the command line; the one place where errors become sentences and exit codes."""
    # A command is over before cycles matter; collecting while hundreds of modules load costs a tenth of its time.
    gc.set_threshold(COLLECT_EVERY)
    # Matrices are small here, and analyses run side by side in processes: threads inside one only wait for each other.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    translate_libraries()
    if sys.argv[1:2] == ["analyse"]:
        # Loaded from here, near the bottom of the stack: CPython keeps frames in 16 KiB chunks, and the long loops in
        # the DICOM dictionary, run from deep inside click, can sit on the edge of one and map it thousands of times.
        import_module("optimage.dicom.reader")
    from optimage.cli.edge import run

    code = run(cli, sys.argv[1:])
    gc.freeze()  # or the interpreter looks through all objects once more for cycles, only to end
    sys.exit(code)
