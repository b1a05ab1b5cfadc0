# SPDX-License-Identifier: LGPL-3.0-or-later
"""Charts of stored results at the command line: every kind, in every format, with what happened to the device."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Bitmap
from pypdf import PdfReader

from optimage.model.baseline import EventKind, ServiceEvent
from optimage.model.outcome import (
    Acquisition,
    DeviceIdentity,
    JudgedMeasurement,
    ProfileReference,
    Provenance,
    Result,
)
from optimage.model.results import Curve, Measurement
from optimage.model.tolerance import Judgement, Verdict
from tests.integration.desk import Desk
from tests.integration.site import PROFILE, enter

FIRST = datetime(2026, 1, 5, 7, tzinfo=UTC)
DAY = timedelta(days=1)
N, TUBE = 80, 40
KINDS = ("trend", "histogram", "moving-range", "ewma", "cusum")


def day(number: int) -> Result:
    """Return what was imported of one day: both measurements, one of them lower with the new tube."""
    noise, water = np.random.default_rng(number).normal((5.0, 0.0), (0.1, 0.5))
    values = {"noise": noise - 1.0 * (number >= TUBE), "ct_water": water}
    return Result(
        phantom="ct_level_a",
        verdict=Verdict.PASS,
        acquisition=Acquisition(FIRST + number * DAY, "file", device=DeviceIdentity(name="CT 1")),
        provenance=Provenance("0.1", ""),
        profile=ProfileReference("ct_water", 1),
        measurements=tuple(
            JudgedMeasurement(Measurement(key, value, "HU", method="old@1"), Judgement(Verdict.PASS))
            for key, value in values.items()
        ),
    )


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Desk]:
    """A home with 80 results in a row, a new tube in the middle and one result left out for a cause."""
    enter(tmp_path / "home", monkeypatch)
    monkeypatch.setenv("OPTIMAGE_OPERATOR", "anna")
    desk = Desk(tmp_path, capsys)
    desk.apply(PROFILE.format(quiet_period_s=1))
    with desk.store() as store:
        store.imports.add([day(i) for i in range(N)], sha256="ab", file_name="old.csv", operator="anna")
        (device,) = store.devices.list()
        store.events.add(ServiceEvent(device.id, FIRST + TUBE * DAY, EventKind.TUBE, "new tube", "anna", border=True))
    yield desk


def written(desk: Desk, name: str, *arguments: object) -> bytes:
    """Write a chart and return its bytes."""
    path = desk.folder / name
    desk("chart", "ct_water", *arguments, "-o", path)
    return path.read_bytes()


def text_of(pdf: bytes) -> str:
    (page,) = PdfReader(BytesIO(pdf)).pages
    return " ".join(page.extract_text().split())


def test_the_control_chart_tells_segments_events_and_rules(desk: Desk) -> None:
    text = text_of(written(desk, "noise.pdf", "noise"))
    assert "2026-02-14 tube: new tube" in text
    assert "control lines from the first 30 results that count" in text
    for name in ("LAL", "LCL", "CL", "UCL", "UAL"):
        assert len(re.findall(rf"\b{name}\b", text)) == 2, name  # beside the last segment, and with its value
    (centre,) = map(float, re.findall(r"\bCL (\d\.\d+) ·", text))
    assert centre == pytest.approx(4.0, abs=4 * 0.1 / 30**0.5)  # mean of 30 results of the new tube


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_written_in_every_format_and_the_pdf_holds_vectors_and_its_fonts(desk: Desk, kind: str) -> None:
    pdf = written(desk, "chart.pdf", "noise", "--kind", kind, "--width", 80)
    (page,) = PdfReader(BytesIO(pdf)).pages
    assert float(page.mediabox.width) == pytest.approx(80 * 72 / 25.4, abs=0.01)
    assert not page.images
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]  # type: ignore[index]
    used = [font for font in fonts if "DejaVu" in font["/BaseFont"]]
    assert used
    assert all("/FontFile2" in font["/FontDescriptor"] for font in used)
    assert written(desk, "chart.svg", "noise", "--kind", kind).startswith(b"<?xml")
    with Bitmap.open(BytesIO(written(desk, "chart.png", "noise", "--kind", kind))) as bitmap:
        assert bitmap.width > bitmap.height > 300


def test_a_curve_lies_over_those_of_the_frozen_baseline_or_of_the_first_result(desk: Desk) -> None:
    with desk.store() as store:
        results = [
            replace(
                day(N + i),
                curves=(Curve("mtf", (0.0, 0.5, 1.0), (1.0, 0.5 - 0.01 * i, 0.1), "frequency", "MTF", "1/mm", "1"),),
            )
            for i in range(12)
        ]
        store.imports.add(results, sha256="cd", file_name="curves.csv", operator="anna")
    first = text_of(written(desk, "first.pdf", "mtf", "--kind", "curve"))
    assert "broad: baseline" not in first  # the first result of all has no such curve
    since = (FIRST + N * DAY).date().isoformat()
    desk("baseline", "freeze", "ct_water", "noise", "--since", since, "--reason", "new collimator")
    text = text_of(written(desk, "mtf.pdf", "mtf", "--kind", "curve"))
    assert "broad: baseline" in text
    said = desk("chart", "ct_water", "nps", "--kind", "curve", "-o", desk.folder / "x.pdf", code=2)
    assert "has no curve nps" in said
    assert "choose one of mtf" in said


def test_two_measurements_share_a_chart_and_a_third_is_refused(desk: Desk) -> None:
    text = text_of(written(desk, "both.pdf", "noise", "ct_water"))
    assert "right, dashed:" in text
    desk("chart", "ct_water", "noise", "ct_water", "kvp", "-o", desk.folder / "x.pdf", code=2)
    desk("chart", "ct_water", "noise", "ct_water", "--kind", "ewma", "-o", desk.folder / "x.pdf", code=2)
    assert not (desk.folder / "x.pdf").exists()


def test_a_report_shows_what_was_known_when_its_result_was_acquired(desk: Desk) -> None:
    last, before = desk.text_of_report(N), desk.text_of_report(TUBE)
    assert "2026-02-14 tube: new tube" in last
    assert "new tube" not in before


def points_in(svg: bytes) -> int:
    groups = re.findall(r'<g id="points-[^"]*">(.*?)</g>\s*</g>', svg.decode(), re.DOTALL)
    return sum(group.count("<use ") for group in groups)


def test_a_period_shows_its_points_against_the_lines_of_the_whole(desk: Desk) -> None:
    whole = written(desk, "whole.svg", "noise")
    late = written(desk, "late.svg", "noise", "--since", "2026-03-20")
    shown = N - (datetime(2026, 3, 20, tzinfo=UTC) - FIRST).days - 1
    assert (points_in(whole), points_in(late)) == (N, shown)
    assert b"first 30 results" in late
    assert b"new tube" not in late


def test_a_file_that_is_no_chart_by_its_name_is_refused(desk: Desk) -> None:
    desk("chart", "ct_water", "noise", "-o", desk.folder / "chart.gif", code=2)


def test_a_chart_as_pdf_needs_no_matplotlib(desk: Desk) -> None:
    code = (
        "import sys; from optimage.cli.edge import run; from optimage.cli.main import cli;"
        f"code = run(cli, ['chart', 'ct_water', 'noise', '-o', {str(desk.folder / 'chart.pdf')!r}]);"
        "print(code, 'matplotlib' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    assert done.stdout.split()[-2:] == ["0", "False"]
