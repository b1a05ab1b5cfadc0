# SPDX-License-Identifier: LGPL-3.0-or-later
"""`optimage analyse`: measure images now, with or without keeping the result."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from optimage.cli.common import JSON, PATHS, parse_assignments
from optimage.i18n import _

if TYPE_CHECKING:
    from optimage.model.outcome import Result
    from optimage.workflow.by_hand import Request


@click.command("analyse", help=_("Measure images now: files, folders or a zip."))
@PATHS
@click.option("--phantom", metavar="ID", help=_("the module that measures; no profile is asked"))
@click.option("--profile", "profile_id", metavar="ID", help=_("the applied profile that judges"))
@click.option("--set", "assignments", multiple=True, metavar="KEY=VALUE", help=_("set a parameter of the module"))
@click.option(
    "--localisation",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=_("replay where the phantom is from this file"),
)
@click.option(
    "--report",
    type=click.Path(path_type=Path),
    help=_("write the report of each result too: a PDF file, or a folder for several"),
)
@click.option("--no-store", is_flag=True, help=_("leave the database alone"))
@JSON
def command(
    paths: tuple[Path, ...],
    phantom: str | None,
    profile_id: str | None,
    assignments: tuple[str, ...],
    localisation: Path | None,
    report: Path | None,
    no_store: bool,
    as_json: bool,
) -> int:
    from optimage.cli.show import exit_code, print_json, print_result
    from optimage.workflow.by_hand import Request

    request = Request(paths, phantom, profile_id, parse_assignments(assignments), localisation)
    results = _without_store(request, report) if no_store else _with_store(request, report)
    if as_json:
        print_json(results)
    else:
        for result in results:
            print_result(result)
    return exit_code(results)


def _with_store(request: "Request", report: Path | None) -> tuple["Result", ...]:
    from optimage.cli.common import open_application
    from optimage.workflow.by_hand import analyse_and_keep

    app = open_application()
    results = analyse_and_keep(request, app.store, app.bus, operator=app.settings.operator)
    if report:
        from optimage.workflow.documents import build_report

        _write(report, [build_report(app.store, app.modules, result, app.settings.templates) for result in results])
    return results


def _without_store(request: "Request", report: Path | None) -> tuple["Result", ...]:
    from optimage.workflow.by_hand import judged

    revisions = _profiles_if_needed(request.phantom, request.profile_id)
    found = tuple(judged(request, revisions, operator=_operator()))
    if report:
        from optimage.settings import load_settings
        from optimage.workflow.unstored_report import build_unstored_report

        own = load_settings().templates
        _write(report, [build_unstored_report(task, result, own) for task, result in found])
    return tuple(result for _task, result in found)


def _write(target: Path, reports: Sequence[bytes]) -> None:
    """Write one report to a file, several into a folder, numbered in the order of the results."""
    from optimage.files import write_atomically

    if len(reports) == 1 and not target.is_dir():
        write_atomically(target, reports[0])
        return
    for number, content in enumerate(reports, start=1):
        write_atomically(target / f"report_{number}.pdf", content)


def _operator() -> str:
    from optimage.settings import load_settings

    return load_settings().operator


def _profiles_if_needed(phantom: str | None, profile_id: str | None):  # type: ignore[no-untyped-def]
    """Read the applied profiles unless the module alone was asked for."""
    if phantom and not profile_id:
        return ()
    from optimage.cli.common import open_application

    return open_application().store.profiles.current()
