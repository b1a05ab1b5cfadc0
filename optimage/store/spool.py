# SPDX-License-Identifier: LGPL-3.0-or-later
"""The spool: received objects as files named by their own hash, on the disk before anyone hears "stored"."""

import os
import re
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256 as sha256_of
from pathlib import Path
from uuid import uuid4

from optimage.errors import StoreError, UsageError
from optimage.messages import N_
from optimage.store.failures import disk_full, file_errors

HASH = re.compile(r"[0-9a-f]{64}")
SUFFIX = ".dcm"
LEFTOVERS = "tmp"
ASIDE = "aside"
LEFTOVER_AGE_S = 3600.0  # a younger one may belong to another process that is writing it
RESERVE_BYTES = 64 * 2**20
PREAMBLE = 132  # 128 bytes and "DICM" (PS3.10 7.1)
GROUP_LENGTH = 12  # tag, VR, length and value of (0002,0000)


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Files without a row, rows without a file (both as hashes), and files that are not ours."""

    orphans: tuple[str, ...]
    missing: tuple[str, ...]
    foreign: tuple[Path, ...]


class Spool:
    """Files `ab/<sha256>.dcm` below `folder`, where `sha256` is that of the data set after the file meta.

    Parameters
    ----------
    folder : Path
        Made where it is missing. Leftovers of a write that was cut off are removed.
    reserve_bytes : int
        Below this much free space nothing is accepted (`disk_full`).
    """

    def __init__(self, folder: Path, *, reserve_bytes: int = RESERVE_BYTES) -> None:
        self.folder = folder
        self.reserve_bytes = reserve_bytes
        with file_errors(folder):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _sync_folder(folder.parent)
            _sync_folder(folder)
            _remove_leftovers(folder / LEFTOVERS)

    def path(self, sha256: str) -> Path:
        """Return where the object of this hash lies, or would lie."""
        if not HASH.fullmatch(sha256):
            raise UsageError("bad_hash", N_("{text!r} is not a SHA-256 in lower-case hexadecimal"), text=sha256)
        return self.folder / sha256[:2] / f"{sha256}{SUFFIX}"

    def put(self, part10_bytes: bytes, sha256: str) -> None:
        """Keep an object for good; when this returns it survives a power failure.

        A file that is already there with the same data set stays as it is; a damaged one is replaced.

        Raises
        ------
        StoreError
            `disk_full`, `folder_read_only` or `storage_failed`; nothing is left behind.
        """
        target = self.path(sha256)
        with file_errors(self.folder):
            self._require_room(len(part10_bytes))
            _make_folder(target.parent)
            with _opened_folder(target.parent) as folder:
                if _holds(target, part10_bytes, sha256):
                    _sync_file(target)
                    os.fsync(folder)
                else:
                    self._write(part10_bytes, target, folder)

    def read(self, sha256: str) -> bytes:
        """Return the whole file; `spool_missing` where there is none."""
        path = self.path(sha256)
        if not path.exists():
            raise StoreError(
                "spool_missing",
                N_("the received file {sha256} is missing from the spool"),
                advice=N_("restore it from the backup or send the images again"),
                sha256=sha256,
            )
        with file_errors(path):
            return path.read_bytes()

    def set_aside(self, sha256: str) -> Path:
        """Move a file that is no whole object out of the way, for a person to look at; return where it is."""
        path = self.path(sha256)
        with file_errors(path):
            _make_folder(self.folder / ASIDE)
            return path.replace(self.folder / ASIDE / path.name)

    def remove(self, sha256: str) -> None:
        """Delete the object of this hash for good; nothing happens where there is none."""
        path = self.path(sha256)
        with file_errors(path):
            path.unlink(missing_ok=True)

    def hashes(self) -> Iterator[str]:
        """Yield the hash of every file, by name only."""
        for path in self._files():
            if path == self._expected(path):
                yield path.stem

    def reconcile(self, known: Iterable[str]) -> Reconciliation:
        """Compare the files with the hashes `known` to the database."""
        present, rows = set(self.hashes()), set(known)
        foreign = tuple(sorted(path for path in self._files() if path != self._expected(path)))
        return Reconciliation(tuple(sorted(present - rows)), tuple(sorted(rows - present)), foreign)

    def _files(self) -> Iterator[Path]:
        for folder in sorted(self.folder.iterdir()):
            if folder.is_dir() and folder.name not in (LEFTOVERS, ASIDE):
                yield from sorted(folder.iterdir())

    def _expected(self, path: Path) -> Path | None:
        return self.path(path.stem) if HASH.fullmatch(path.stem) else None

    def _require_room(self, size: int) -> None:
        if shutil.disk_usage(self.folder).free < self.reserve_bytes + size:
            raise disk_full(str(self.folder))

    def _write(self, content: bytes, target: Path, folder: int) -> None:
        try:
            written = not target.exists() and _write_unnamed(content, target, folder)
        except FileExistsError:  # another writer was faster, and it answers for its file
            os.fsync(folder)
            return
        if not written:
            self._write_and_rename(content, target)
        try:
            os.fsync(folder)
        except OSError:  # what the disk says after that is not to be trusted
            target.unlink(missing_ok=True)
            raise

    def _write_and_rename(self, content: bytes, target: Path) -> None:
        leftovers = self.folder / LEFTOVERS
        leftovers.mkdir(mode=0o700, exist_ok=True)
        temporary = leftovers / uuid4().hex
        descriptor = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        try:
            with os.fdopen(descriptor, "wb", buffering=0) as file:
                _write_and_sync(file.fileno(), content)
            temporary.replace(target)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise


def _write_unnamed(content: bytes, target: Path, folder: int) -> bool:
    """Write a file that has no name until it is whole and synced; False where the system has no such files."""
    if not hasattr(os, "O_TMPFILE"):
        return False
    try:
        descriptor = os.open(target.parent, os.O_TMPFILE | os.O_WRONLY, 0o600)
    except OSError:  # a file system without unnamed files
        return False
    with os.fdopen(descriptor, "wb", buffering=0) as file:
        _write_and_sync(file.fileno(), content)
        # dst_dir_fd makes Python call linkat, which follows the link in /proc to the unnamed file
        os.link(f"/proc/self/fd/{file.fileno()}", target.name, dst_dir_fd=folder)
    return True


def data_set_sha256(part10_bytes: bytes) -> str:
    """Return the hash of what follows the file meta information; of everything where there is none."""
    return sha256_of(memoryview(part10_bytes)[_data_set_offset(part10_bytes) :]).hexdigest()


def _data_set_offset(content: bytes) -> int:
    if content[128:132] != b"DICM" or content[132:136] != b"\x02\x00\x00\x00" or len(content) < PREAMBLE + GROUP_LENGTH:
        return 0
    return PREAMBLE + GROUP_LENGTH + int.from_bytes(content[140:144], "little")


def _holds(path: Path, content: bytes, sha256: str) -> bool:
    if not path.exists():
        return False
    present = path.read_bytes()
    return present == content or data_set_sha256(present) == sha256


def _write_and_sync(descriptor: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]
    os.fsync(descriptor)


def _sync_file(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


@contextmanager
def _opened_folder(folder: Path) -> Iterator[int]:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    with _opened_folder(folder) as descriptor:
        os.fsync(descriptor)


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(mode=0o700, exist_ok=True)
        _sync_folder(folder.parent)


def _remove_leftovers(folder: Path) -> None:
    oldest = time.time() - LEFTOVER_AGE_S
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
