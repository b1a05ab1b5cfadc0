# SPDX-License-Identifier: LGPL-3.0-or-later
"""Draws the pages of reports that the documentation shows: `make pictures`. It needs pdftoppm of Poppler."""

import subprocess
import tempfile
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from PIL import Image as Bitmap
from report_site import NOW, build

from optimage.document.period import Period, Selection
from optimage.plugins.manager import load_plugins
from optimage.report.templates.files import load_template
from optimage.report.templates.template import in_language
from optimage.store.engine import Store
from optimage.workflow.reporting.make import Order, make_report

FOLDER = Path(__file__).resolve().parents[1] / "images" / "reports"
ZONE = ZoneInfo("Europe/Luxembourg")
YEAR = Period(datetime(2025, 1, 1, tzinfo=ZONE), datetime(2026, 1, 1, tzinfo=ZONE), ZONE)
LANGUAGES = ("en", "de", "fr")
COLOURS = 64
DPI = 84


@dataclass(frozen=True, slots=True)
class Shown:
    """What is reported on, and which page of it is shown."""

    selection: Selection = field(default_factory=Selection)
    results: tuple[int, ...] = ()
    page: int = 1


KINDS = {
    "measurement": Shown(results=(62, 63, 64)),
    "device_year": Shown(Selection(device="CT 1"), page=3),
    "parameter": Shown(Selection(profiles=("ct1_water",), keys=("noise",))),
    "tasks": Shown(),
    "configuration": Shown(),
    "alarms": Shown(Selection(device="CT 1")),
    "site": Shown(),
}


def main() -> None:
    """Draw one page of every kind in every language."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, build(Path(folder)) as store:
        for name, shown in KINDS.items():
            for language in LANGUAGES:
                draw(pdf_of(store, name, shown, language), FOLDER / f"{name}-{language}.png", page=shown.page)


def pdf_of(store: Store, name: str, shown: Shown, language: str) -> bytes:
    """Return the PDF of a kind in a language."""
    period = Period(zone=ZONE) if shown.results else YEAR
    order = Order(NOW, shown.selection, period, results=shown.results, operator="M. Weber")
    template = in_language(load_template(name), language)
    return make_report(store, load_plugins().modules, template, order).write("pdf")


def draw(pdf: bytes, path: Path, *, page: int) -> None:
    """Draw a page with as few colours as its lines and letters need."""
    command = ["pdftoppm", "-png", "-r", str(DPI), "-f", str(page), "-l", str(page), "-singlefile", "-"]
    subprocess.run([*command, path.with_suffix("")], input=pdf, check=True)  # noqa: S603 - our own words
    with Bitmap.open(path) as bitmap:
        few = bitmap.convert("RGB").quantize(COLOURS, dither=Bitmap.Dither.NONE)
    few.save(path, optimize=True)


if __name__ == "__main__":
    main()
