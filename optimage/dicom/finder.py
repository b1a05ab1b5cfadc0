# SPDX-License-Identifier: LGPL-3.0-or-later
"""Objects in files, folders and zip archives; archives are read in memory and never unpacked to disk."""

import os
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile, ZipFile, ZipInfo

from optimage.dicom.objects import MAXIMUM_BYTES, ReadObject, read_object, too_large, unreadable
from optimage.errors import ImageError
from optimage.messages import N_

MAXIMUM_RATIO = 100  # inflated over compressed size; images reach 10, constant ones more, hence the threshold below
RATIO_MATTERS_FROM = 64 << 20
MAXIMUM_MEMBERS = 100_000
MEDIA_DIRECTORY = "1.2.840.10008.1.3.10"


@dataclass(frozen=True, slots=True)
class FoundObject:
    """A file or archive member: the object it holds, or why it cannot be read.

    `origin` is what `load_images` takes: the path, or the bytes of an
    archive member.
    """

    location: str
    origin: Path | bytes
    found: ReadObject | None = None
    error: ImageError | None = None


def find_objects(paths: Iterable[Path]) -> Iterator[FoundObject]:
    """Read every file under `paths`: files, folders with all they hold in sorted order, members of zip archives.

    Media directories (DICOMDIR) are passed over. Never raises for what it
    finds; an unreadable file is told with its error.
    """
    for path in paths:
        if path.is_dir():
            yield from _in_folder(path)
        else:
            yield from _in_file(path)


def _in_folder(folder: Path) -> Iterator[FoundObject]:
    refused: list[OSError] = []
    for root, folders, files in os.walk(folder, onerror=refused.append):
        folders.sort()
        for name in sorted(set(files) - {"DICOMDIR"}):
            yield from _in_file(Path(root, name))
    for error in refused:
        reason = error.strerror or type(error).__name__
        yield FoundObject(str(error.filename), Path(error.filename), error=unreadable(reason))


def _in_file(path: Path) -> Iterator[FoundObject]:
    if _is_zip(path):
        yield from _in_zip(path)
    else:
        yield from _one(str(path), path)


def _one(location: str, origin: Path | bytes) -> Iterator[FoundObject]:
    try:
        found = read_object(origin)
    except ImageError as error:
        yield FoundObject(location, origin, error=error)
        return
    if found.sop_class_uid != MEDIA_DIRECTORY:
        yield FoundObject(location, origin, found)


def _is_zip(path: Path) -> bool:
    """Tell an archive by its first bytes; a DICOM file may hold anything behind its preamble."""
    if not path.is_file():
        return False
    try:
        with path.open("rb") as stream:
            return stream.read(4) in (b"PK\3\4", b"PK\5\6")
    except OSError:
        return False  # the reader tells the reason


def _in_zip(path: Path) -> Iterator[FoundObject]:
    try:
        with ZipFile(path) as archive:
            members = sorted((info for info in archive.infolist() if not info.is_dir()), key=lambda info: info.filename)
            _check_archive(members, path.stat().st_size)
            for info in members:
                yield from _in_member(path, archive, info)
    except (BadZipFile, OSError, NotImplementedError, ValueError) as error:
        yield FoundObject(str(path), path, error=_damaged(str(error)))
    except ImageError as error:
        yield FoundObject(str(path), path, error=error)


def _check_archive(members: list[ZipInfo], size: int) -> None:
    total = sum(info.file_size for info in members)
    if len(members) > MAXIMUM_MEMBERS or (total > RATIO_MATTERS_FROM and total > MAXIMUM_RATIO * size):
        raise ImageError(
            "zip_bomb",
            N_("{members} files of {total:.0f} MiB in an archive of {size:.1f} MiB: it is not read"),
            advice=N_("unpack it yourself if you trust it, and give the folder"),
            members=len(members),
            total=total / (1 << 20),
            size=size / (1 << 20),
        )


def _in_member(path: Path, archive: ZipFile, info: ZipInfo) -> Iterator[FoundObject]:
    location = f"{path}/{info.filename}"
    try:
        content = _member(archive, info)
    except ImageError as error:
        yield FoundObject(location, b"", error=error)
    except (BadZipFile, OSError, EOFError, RuntimeError, NotImplementedError, zlib.error) as error:
        yield FoundObject(location, b"", error=_damaged(str(error)))
    else:
        yield from _one(location, content)


def _member(archive: ZipFile, info: ZipInfo) -> bytes:
    if info.file_size > MAXIMUM_BYTES:
        raise too_large(MAXIMUM_BYTES)
    with archive.open(info) as stream:
        return stream.read(info.file_size)  # never more than announced, and that was checked


def _damaged(reason: str) -> ImageError:
    return ImageError(
        "damaged_archive",
        N_("the archive cannot be read ({reason})"),
        advice=N_("copy it again, or unpack it and give the folder"),
        reason=reason,
    )
