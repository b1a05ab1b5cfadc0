# SPDX-License-Identifier: LGPL-3.0-or-later
"""Colours on white, by role. Dark ones differ in lightness too, and shape always says the same."""

from optimage.charts.spec import Role

INK = "#22282e"
QUIET = "#5f6a75"
RULE = "#d5dae0"
ACCENT = "#1f4e79"
OVERLAY = "#ffd21f"

DARK = {
    Role.PASS: "#1b7f3b",
    Role.WARNING: "#a86500",
    Role.FAIL: "#c0182b",
    Role.NEUTRAL: "#5f6a75",
    Role.CENTRE: "#1f4e79",
    Role.CONTROL: "#3f7fbf",
    Role.ALARM: "#7a3fa0",
    Role.REFERENCE: "#5f6a75",
    Role.DATA: "#8c97a3",
    Role.AVERAGE: "#1f4e79",
    Role.SECOND: "#8a4b08",
    Role.BASELINE: "#a9b4c0",
    Role.EVENT: "#22282e",
    Role.REVISION: "#5f6a75",
    Role.HIT: "#22282e",
}
PALE = {Role.PASS: "#fafdfa", Role.WARNING: "#fcecc6", Role.FAIL: "#f3cfcb", Role.DATA: "#c3ccd6"}
"""Filled areas: 99, 93 and 85 % as light as paper, so that tolerances are told apart in grey, too."""
DASHES: dict[Role, tuple[float, ...]] = {
    Role.CENTRE: (),
    Role.CONTROL: (5.0, 2.5),
    Role.ALARM: (2.0, 1.5),
    Role.REFERENCE: (0.8, 1.6),
    Role.SECOND: (3.0, 1.5),
    Role.EVENT: (),
    Role.REVISION: (1.0, 1.5),
}
WIDTHS_PT = {Role.CENTRE: 0.7, Role.AVERAGE: 1.3, Role.BASELINE: 2.2, Role.EVENT: 0.8}
WIDTH_PT = 0.6
STROKES: tuple[tuple[float, ...], ...] = ((), (4.0, 2.0), (1.0, 1.5), (5.0, 1.5, 1.0, 1.5))
"""Dashes of the series of one chart, in order: what is printed in black and white tells them apart, too."""
