# SPDX-License-Identifier: LGPL-3.0-or-later
"""What is no CATPHAN but goes through the same scanners: other makers' phantoms in outline, water, and a head.

They have what a careless search would fall for, in about the right places;
they are no models to measure by. Draw them as `Catphan(layout)`.
"""

from optimage.synthetic.catphan_layout import INSERT, ROD, BarGroup, Block, Cylinder, Layout, polar
from optimage.synthetic.ellipsoids import Ellipsoid

ACR_MODULE_MM = 40.0
ACR_INSERTS = (
    ("bone", -45.0, 955.0),
    ("polyethylene", -135.0, -95.0),
    ("acrylic", 135.0, 120.0),
    ("air", 45.0, -1000.0),
)
ACR_LINE_PAIRS = (4, 5, 6, 7, 8, 9, 10, 12)


def acr_464() -> Layout:
    """Return a phantom like the ACR CT phantom: four modules of 40 mm, inserts of 25 mm at 63 mm, no pins."""
    half = ACR_MODULE_MM / 2
    keys = ("sensitometry", "low_contrast", "uniformity", "line_pairs")
    blocks = tuple(
        Block(key, (number * ACR_MODULE_MM - half, (number + 1) * ACR_MODULE_MM - half), hu)
        for number, (key, hu) in enumerate(zip(keys, (0.0, 90.0, 0.0, 120.0), strict=True))
    )
    inserts = (
        Cylinder(key, INSERT, polar(63.0, angle), 25.0, blocks[0].z_mm, hu, hu - blocks[0].hu)
        for key, angle, hu in ACR_INSERTS
    )
    low = blocks[1]
    discs = (
        Cylinder(f"rod_{size:g}mm", ROD, polar(radius, angle), size, low.z_mm, low.hu + 6.0, 6.0)
        for size, radius, angle in ((25.0, 60.0, -70.0), (6.0, 55.0, -30.0), (5.0, 55.0, 20.0), (4.0, 55.0, 70.0))
    )
    bars = (
        BarGroup(pairs, max(2, round(1.5 * pairs)), 45.0 * number - 90.0, 63.0, 15.0, blocks[3].z_mm, 1700.0)
        for number, pairs in enumerate(ACR_LINE_PAIRS)
    )
    cylinders = (*inserts, *discs)
    return Layout("acr_464", blocks, 100.0, 100.0, 0.0, cylinders, bars=tuple(bars))


def quart_dvt() -> Layout:
    """Return a disc like that of a QUART DVT phantom: 160 mm of acrylic with rods of PVC and air, and a plain part."""
    blocks = Block("rods", (-10.0, 10.0), 120.0), Block("uniformity", (10.0, 50.0), 120.0)
    rods = (
        Cylinder(key, INSERT, polar(50.0, angle), 20.0, blocks[0].z_mm, hu, hu - 120.0)
        for key, angle, hu in (("air", -90.0, -1000.0), ("pvc", 90.0, 1000.0), ("air_2", 0.0, -1000.0))
    )
    return Layout("quart_dvt", blocks, 80.0, 80.0, 120.0, tuple(rods))


def water_cylinder(radius_mm: float = 100.0, wall_mm: float = 5.0) -> Layout:
    """Return a bottle of water with a wall of acrylic, `radius_mm` without it, 150 mm long."""
    return Layout("water", (Block("uniformity", (-75.0, 75.0), 0.0),), radius_mm + wall_mm, radius_mm, 120.0)


def head() -> Layout:
    """Return a head of ellipsoids: scalp, skull, brain with ventricles, a sinus; nose upwards, crown at high z."""
    return Layout(
        "head",
        (),
        ellipsoids=(
            Ellipsoid((0.0, 0.0, 0.0), (78.0, 98.0, 105.0), 40.0),
            Ellipsoid((0.0, 0.0, 0.0), (73.0, 93.0, 100.0), 1000.0),
            Ellipsoid((0.0, 0.0, 0.0), (66.0, 86.0, 93.0), 35.0),
            Ellipsoid((-9.0, -5.0, 10.0), (6.0, 26.0, 15.0), 5.0),
            Ellipsoid((9.0, -5.0, 10.0), (6.0, 26.0, 15.0), 5.0),
            Ellipsoid((0.0, -78.0, -40.0), (16.0, 9.0, 20.0), -1000.0),
            Ellipsoid((-45.0, 15.0, -60.0), (14.0, 14.0, 12.0), 900.0),
            Ellipsoid((45.0, 15.0, -60.0), (14.0, 14.0, 12.0), 900.0),
        ),
    )
