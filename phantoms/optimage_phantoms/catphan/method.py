# SPDX-License-Identifier: LGPL-3.0-or-later
"""What the module reads from its data files: models, rules for objects, and the hash of all of them."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from optimage_phantoms.catphan.models import Family, load_family
from optimage_phantoms.tables import read_tables

SCHEMA = 1
FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Method:
    """The models, which objects are slices, and the hash of every data file of this module."""

    sha256: str
    family: Family
    sop_classes: frozenset[str]
    image_types: frozenset[str]


def load_method() -> Method:
    """Read the data files; each part of the module reads its own rules beside this.

    Raises
    ------
    ValueError
        A file has another schema than this code.
    """
    _, tables = read_tables(FOLDER / "method.toml", schema=SCHEMA)
    files = sorted(FOLDER.rglob("*.toml"), key=lambda path: path.relative_to(FOLDER).as_posix())
    return Method(
        sha256(b"".join(path.read_bytes() for path in files)).hexdigest(),
        load_family(),
        frozenset(tables["objects"]["sop_classes"]),
        frozenset(tables["objects"]["image_types"]),
    )
