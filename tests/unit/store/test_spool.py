# SPDX-License-Identifier: LGPL-3.0-or-later
"""The spool needs a disk: it is tested on a real folder."""

import errno
import os
import stat
import subprocess
import sys
import time

import pytest

from optimage.errors import StoreError, UsageError
from optimage.store.spool import LEFTOVER_AGE_S, Spool, data_set_sha256
from tests.integration.store.samples import digest, part10

DATA_SET = b"pixels" * 1000
HASH = digest(DATA_SET)


@pytest.fixture
def spool(tmp_path):
    return Spool(tmp_path / "spool", reserve_bytes=0)


@pytest.fixture(params=["unnamed", "renamed"])
def any_way(request, monkeypatch):
    """Write with and without the help of the operating system for unnamed files."""
    if request.param == "renamed":
        monkeypatch.delattr(os, "O_TMPFILE", raising=False)


def files(spool):
    return [path for path in spool.folder.rglob("*") if path.is_file()]


def test_what_was_put_is_read_back_byte_for_byte(spool, any_way):
    spool.put(part10(DATA_SET), HASH)
    assert spool.read(HASH) == part10(DATA_SET)
    assert files(spool) == [spool.path(HASH)]


def test_only_the_owner_may_read_a_received_file(spool, any_way):
    spool.put(part10(DATA_SET), HASH)
    assert stat.S_IMODE(spool.path(HASH).stat().st_mode) == 0o600


def test_putting_the_same_again_leaves_the_first_file_alone(spool, any_way):
    spool.put(part10(DATA_SET), HASH)
    first = spool.path(HASH).stat().st_ino
    other_meta = bytes(128) + b"DICM\x02\x00\x00\x00UL\x04\x00\x02\x00\x00\x00xx" + DATA_SET
    spool.put(other_meta, HASH)
    assert spool.path(HASH).stat().st_ino == first
    assert spool.read(HASH) == part10(DATA_SET)


def test_a_damaged_file_is_healed_when_the_object_comes_again(spool, any_way):
    spool.put(part10(DATA_SET), HASH)
    spool.path(HASH).write_bytes(part10(DATA_SET)[:-7])
    spool.put(part10(DATA_SET), HASH)
    assert spool.read(HASH) == part10(DATA_SET)
    assert files(spool) == [spool.path(HASH)]


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "", "/tmp/x", "a" * 63, "A" * 64, "a" * 64 + "\n", "1.2.840.10008", "é" * 64]
)
def test_no_name_but_a_hash_forms_a_path(spool, name):
    for use in (spool.path, spool.read, lambda bad: spool.put(b"", bad)):
        with pytest.raises(UsageError) as refused:
            use(name)
        assert refused.value.code == "bad_hash"
    assert files(spool) == []


def test_a_missing_file_is_named_so(spool):
    with pytest.raises(StoreError) as refused:
        spool.read(HASH)
    assert refused.value.code == "spool_missing"


def test_old_leftovers_go_at_start_and_young_ones_may_be_under_way(spool):
    leftovers = spool.folder / "tmp"
    leftovers.mkdir()
    for name, age_s in (("old", LEFTOVER_AGE_S + 60.0), ("young", 0.0)):
        (leftovers / name).write_bytes(b"half")
        os.utime(leftovers / name, (time.time() - age_s,) * 2)
    Spool(spool.folder)
    assert [path.name for path in leftovers.iterdir()] == ["young"]
    assert list(spool.hashes()) == []


def test_files_and_rows_are_compared(spool):
    spool.put(part10(DATA_SET), HASH)
    (spool.folder / "ab").mkdir()
    (spool.folder / "ab" / "stray").write_text("")
    found = spool.reconcile(["0" * 64])
    assert (found.orphans, found.missing) == ((HASH,), ("0" * 64,))
    assert found.foreign == (spool.folder / "ab" / "stray",)


def test_a_file_set_aside_is_kept_but_no_longer_one_of_the_received(spool):
    spool.put(part10(DATA_SET), HASH)
    aside = spool.set_aside(HASH)
    assert aside.read_bytes() == part10(DATA_SET)
    found = spool.reconcile([])
    assert (found.orphans, found.foreign) == ((), ())


def test_the_hash_is_that_of_the_data_set_after_the_file_meta():
    assert data_set_sha256(part10(DATA_SET)) == HASH
    assert data_set_sha256(DATA_SET) == HASH


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC, errno.EDQUOT])
def test_a_file_that_cannot_be_synced_is_dropped(spool, any_way, monkeypatch, number):
    def failing(descriptor):
        raise OSError(number, os.strerror(number))

    (spool.folder / HASH[:2]).mkdir()
    monkeypatch.setattr("optimage.store.spool.os.fsync", failing)
    with pytest.raises(StoreError) as refused:
        spool.put(part10(DATA_SET), HASH)
    assert refused.value.code == ("storage_failed" if number == errno.EIO else "disk_full")
    assert files(spool) == []


def test_a_file_whose_folder_cannot_be_synced_is_dropped(spool, any_way, monkeypatch):
    real = os.fsync

    def failing(descriptor):
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        real(descriptor)

    (spool.folder / HASH[:2]).mkdir()
    monkeypatch.setattr("optimage.store.spool.os.fsync", failing)
    with pytest.raises(StoreError):
        spool.put(part10(DATA_SET), HASH)
    assert files(spool) == []


TRACED = """
import sys
from pathlib import Path
from optimage.store.spool import Spool
from tests.integration.store.samples import digest, part10

spool = Spool(Path(sys.argv[1]), reserve_bytes=0)
spool.put(part10(b"pixels"), digest(b"pixels"))
print("stored", flush=True)
"""


def test_file_and_folder_are_on_the_disk_before_anyone_hears_of_it(tmp_path):
    command = [
        "strace",
        "-f",
        "-y",
        "-e",
        "trace=fsync,linkat,write",
        sys.executable,
        "-c",
        TRACED,
        str(tmp_path / "s"),
    ]
    try:
        traced = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("strace is not installed")
    if traced.returncode:
        pytest.skip("strace may not trace here")
    calls = [line for line in traced.stderr.splitlines() if digest(b"pixels")[:2] in line or "stored" in line]
    order = [
        next(n for n, line in enumerate(calls) if pattern in line and (extra in line))
        for pattern, extra in (
            ("fsync", "#"),
            ("linkat", ".dcm"),
            ("fsync", f"/{digest(b'pixels')[:2]}>"),
            ("write(1", "stored"),
        )
    ]
    assert order == sorted(order)
