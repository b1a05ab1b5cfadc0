# SPDX-License-Identifier: LGPL-3.0-or-later
"""Verbs of the command line, run in the process of a test."""

import json
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from optimage.cli.edge import run
from optimage.cli.main import cli
from optimage.dicom.writer import write_image
from optimage.store.engine import Store
from optimage.synthetic.ct_header import CtScan
from optimage.synthetic.ct_water import CtWater, render_ct_water
from tests.integration.site import Site


class Desk:
    """Runs verbs in this process; remembers what they print."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capsys = capsys

    def __call__(self, *arguments: object, code: int = 0) -> str:
        """Run one verb and return what it printed; of a refusal, what it said."""
        found = run(cli, list(map(str, arguments)))
        shown = self.capsys.readouterr()
        assert found == code, (found, shown)
        return shown.err if code == 2 else shown.out

    def add(self, *arguments: object, code: int = 0) -> dict[str, Any]:
        """Enter readings and return the result."""
        (result,) = json.loads(self("results", "add", *arguments, "--json", code=code))["results"]
        return dict(result)

    def results(self, *arguments: str) -> list[dict[str, Any]]:
        """Return the stored results."""
        return list(json.loads(self("results", "--json", *arguments))["results"])

    def apply(self, text: str) -> None:
        """Apply a profile."""
        (self.folder / "profile.toml").write_text(text)
        self("profile", "apply", self.folder / "profile.toml", "--reason", "test")

    def slices(self, count: int) -> Path:
        """Write the first slices of a series of three."""
        folder = self.folder / f"series{count}"
        folder.mkdir(exist_ok=True)
        spec = CtWater(
            matrix=(256, 256), spacing_mm=(1.0, 1.0), noise_hu=5.0, seed=7, slices=3, scan=CtScan(text="series")
        )
        for number, image in enumerate(render_ct_water(spec)[:count]):
            (folder / f"{number}.dcm").write_bytes(write_image(image))
        return folder

    def text_of_report(self, result_id: int) -> str:
        """Return the words of the report of a result."""
        path = self.folder / f"{result_id}.pdf"
        self("report", result_id, "-o", path)
        return " ".join(" ".join(page.extract_text() for page in PdfReader(path).pages).split())

    def store(self) -> Store:
        """Open the store that the verbs write to."""
        return Site(self.folder / "home").store()
