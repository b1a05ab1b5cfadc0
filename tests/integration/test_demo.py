# SPDX-License-Identifier: LGPL-3.0-or-later
"""The demonstration does the real job, on digital phantoms and on images of one's own, twice in a row."""

import csv
from pathlib import Path

from pypdf import PdfReader

from optimage.dicom.writer import write_image
from optimage.synthetic.ct_water import CtWater, render_ct_water
from tests.integration.site import Site


def judged_water(table: Path) -> list[tuple[float, str]]:
    """Return value and verdict of every day, the earliest first."""
    with table.open(newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["key"] == "ct_water" and not row["item"]]
    return [(float(row["value"]), row["verdict"]) for row in sorted(rows, key=lambda row: row["acquired_at"])]


def test_forty_days_drift_out_of_the_control_lines_and_then_across_the_limit(tmp_path: Path) -> None:
    site = Site(tmp_path / "elsewhere")
    shown = site.run("demo", "-o", tmp_path / "demo")
    days = judged_water(tmp_path / "demo" / "results.csv")
    assert len(days) == 40
    # Limit 4 HU: no day fails before the drift reaches it, the last ones do.
    assert [verdict for _, verdict in days] == ["pass" if value <= 4.0 else "fail" for value, _ in days]
    assert days[-1][1] == "fail"
    first_failure = next(number for number, (_, verdict) in enumerate(days) if verdict == "fail")
    warned = [line for line in shown.splitlines() if "ct_water outside the" in line]
    assert int(warned[0].split()[0]) <= first_failure, "the control lines speak before the limit is crossed"
    assert (tmp_path / "demo" / "chart.png").stat().st_size > 0
    text = "".join(page.extract_text() for page in PdfReader(tmp_path / "demo" / "report.pdf").pages)
    assert f"{days[-1][0]:.2f}" in text
    assert not site.home.exists(), "the demonstration keeps to its own folder"


def test_it_does_the_same_with_images_of_ones_own_and_again(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    image = render_ct_water(CtWater(matrix=(256, 256), spacing_mm=(1.0, 1.0), noise_hu=5.0))[0]
    (tmp_path / "images" / "one.dcm").write_bytes(write_image(image))
    site = Site(tmp_path / "elsewhere")
    for _ in range(2):
        shown = site.run("demo", "--data", tmp_path / "images", "-o", tmp_path / "demo")
        assert len(judged_water(tmp_path / "demo" / "results.csv")) == 1
        assert "report.pdf" in shown
