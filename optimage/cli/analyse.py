# SPDX-License-Identifier: LGPL-3.0-or-later
"""`optimage analyse`: measure images now, with or without keeping the result."""

from pathlib import Path

import click

from optimage.cli.common import JSON, PATHS, parse_assignments
from optimage.i18n import _


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
@click.option("--no-store", is_flag=True, help=_("leave the database alone"))
@JSON
def command(
    paths: tuple[Path, ...],
    phantom: str | None,
    profile_id: str | None,
    assignments: tuple[str, ...],
    localisation: Path | None,
    no_store: bool,
    as_json: bool,
) -> int:
    from optimage.cli.show import exit_code, print_json, print_result
    from optimage.workflow.by_hand import Request, analyse_and_keep, analyse_only

    request = Request(paths, phantom, profile_id, parse_assignments(assignments), localisation)
    if no_store:
        results = analyse_only(request, _profiles_if_needed(phantom, profile_id), operator=_operator())
    else:
        from optimage.cli.common import open_application

        app = open_application()
        results = analyse_and_keep(request, app.store, app.bus, operator=app.settings.operator)
    if as_json:
        print_json(results)
    else:
        for result in results:
            print_result(result)
    return exit_code(results)


def _operator() -> str:
    from optimage.settings import load_settings

    return load_settings().operator


def _profiles_if_needed(phantom: str | None, profile_id: str | None):  # type: ignore[no-untyped-def]
    """Read the applied profiles unless the module alone was asked for."""
    if phantom and not profile_id:
        return ()
    from optimage.cli.common import open_application

    return open_application().store.profiles.current()
