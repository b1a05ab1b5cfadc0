# SPDX-License-Identifier: LGPL-3.0-or-later
"""Reads what a spreadsheet program would see in a workbook, from its XML alone."""

import re
from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZipFile

NAMESPACE = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def cells(workbook):
    """Return each cell of the first sheet by its address: a text, or a number."""
    with ZipFile(BytesIO(workbook)) as archive:
        page = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
        shared = _shared(archive)
    return {cell.get("r"): _value(cell, shared) for cell in page.iterfind(".//m:c", NAMESPACE)}


def table(workbook):
    """Return the rows of the first sheet as lists; None where a cell is empty."""
    found = {_place(address): value for address, value in cells(workbook).items()}
    height, width = (max(place[axis] for place in found) for axis in (0, 1))
    return [[found.get((row, column)) for column in range(1, width + 1)] for row in range(1, height + 1)]


def parts(workbook):
    """Return every part of the workbook as text, by its name."""
    with ZipFile(BytesIO(workbook)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def _shared(archive):
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    strings = ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))
    return ["".join(part.text or "" for part in one.iter() if part.tag.endswith("}t")) for one in strings]


def _value(cell, shared):
    kind = cell.get("t", "n")
    assert kind in ("n", "s", "inlineStr"), kind
    if kind == "inlineStr":
        return "".join(part.text or "" for part in cell.iter() if part.tag.endswith("}t"))
    value = cell.find("m:v", NAMESPACE)
    if value is None:
        return None
    return shared[int(value.text)] if kind == "s" else float(value.text)


def _place(address):
    letters, number = re.fullmatch(r"([A-Z]+)([0-9]+)", address).groups()
    column = 0
    for letter in letters:
        column = 26 * column + ord(letter) - 64
    return int(number), column
