# SPDX-License-Identifier: LGPL-3.0-or-later
"""However images arrive, each set ends with one current result, equal to that of an undisturbed run."""

import os
import socket
import time
from pathlib import Path

import pytest

from optimage.dicom.part10 import read_part10
from optimage.model.outcome import Result
from tests.integration.dicom.wire import Peer, data_pdu, store_command
from tests.integration.service.conftest import PROFILE, STAND_IN, Write, eventually, stored
from tests.integration.site import Site

CT = "1.2.840.10008.5.1.4.1.1.2"
QUIET_S = 0.5  # of the profile


class Scanner(Peer):
    """A sender whose association stays open as long as it likes."""

    def __init__(self, site: Site) -> None:
        super().__init__(site.port, timeout=30.0)
        accepted = self.associate(called=b"TESTSITE")
        assert accepted is not None
        assert accepted[0] == 2

    def give(self, path: Path) -> None:
        """Send one object and wait for success."""
        content = path.read_bytes()
        meta = read_part10(content)
        names = {"sop_class": CT.encode(), "uid": meta.sop_instance_uid.encode()}
        assert self.store(content[meta.offset :], **names) == (0, "")

    def die_in_the_middle_of(self, path: Path) -> None:
        """Send half an object and reset the connection."""
        content = path.read_bytes()
        meta = read_part10(content)
        self.send(data_pdu(store_command(sop_class=CT.encode(), uid=meta.sop_instance_uid.encode()), command=True))
        self.send(data_pdu(content[meta.offset : len(content) // 2], command=False, last=False))
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.socket.close()


def current(site: Site, count: int) -> list[Result]:
    return [result for result in stored(site, count) if result.current]


def value(result: Result) -> float:
    (judged,) = result.measurements
    return judged.measurement.value


def test_a_slow_association_is_awaited_and_two_series_on_it_are_kept_apart(site: Site, write: Write) -> None:
    one, two = (sorted(write(name, slices=2).iterdir()) for name in ("one", "two"))
    with site.service():
        with Scanner(site) as scanner:
            for path in (one[0], two[0], one[1]):
                scanner.give(path)
                time.sleep(2 * QUIET_S)
            scanner.give(two[1])
        results = stored(site, 2)
    assert [len(result.inputs) for result in results] == [2, 2], "none was complete too early"
    assert all(result.current for result in results)


def test_images_over_several_associations_one_of_which_dies_make_one_set(site: Site, write: Write) -> None:
    paths = sorted(write("series", slices=4).iterdir())
    with site.service():
        with Scanner(site) as held, Scanner(site) as dying:
            held.give(paths[0])
            dying.give(paths[1])
            dying.die_in_the_middle_of(paths[2])
            site.send(paths[2])
            time.sleep(2 * QUIET_S)
            held.give(paths[3])
        (result,) = stored(site, 1)
    assert len(result.inputs) == 4


def test_late_images_and_duplicates_end_in_the_result_of_an_undisturbed_run(
    site: Site, write: Write, tmp_path: Path
) -> None:
    folder = write("series", slices=5)
    paths = sorted(folder.iterdir())
    with site.service():
        site.send(*paths[:2])
        assert len(stored(site, 1)) == 1
        with Scanner(site) as late:  # re-opens the set, and a duplicate changes nothing
            late.give(paths[2])
            late.give(paths[0])
            time.sleep(QUIET_S / 2)
        time.sleep(QUIET_S * 0.8)  # just before it would be complete
        site.send(paths[3])
        time.sleep(QUIET_S * 1.2)  # about when it is
        site.send(paths[4], paths[1])
        eventually(lambda: [len(result.inputs) for result in current(site, 2)] == [5])
        (disturbed,) = current(site, 2)
    (tmp_path / "undisturbed").mkdir()
    other = Site(tmp_path / "undisturbed" / "home")
    other.install(stand_in=STAND_IN)
    other.apply_profile(PROFILE)
    with other.service():
        other.send(folder)
        (undisturbed,) = stored(other, 1)
    assert value(disturbed) == value(undisturbed)
    assert {i.sha256 for i in disturbed.inputs} == {i.sha256 for i in undisturbed.inputs}


def test_a_profile_applied_meanwhile_takes_the_next_image_and_revises_open_sets(site: Site, write: Write) -> None:
    first, second = sorted(write("series", slices=2).iterdir())
    with site.service():
        site.send(first)
        assert [r.profile.revision for r in stored(site, 1) if r.profile] == [1]
        site.apply_profile(PROFILE.replace("Stand-in", "Revised"))
        site.send(second)
        (result,) = current(site, 2)
    assert result.profile is not None
    assert (result.profile.revision, result.profile.title, len(result.inputs)) == (2, "Revised", 2)


@pytest.mark.only_on("sqlite", "postgresql")  # the workers of a cluster have modules of their own
def test_a_set_whose_module_was_removed_gets_a_result_that_says_so(site: Site, write: Write) -> None:
    site.apply_profile(PROFILE, quiet_period_s=3.0)
    with site.service() as process:
        site.send(write("series"))
        time.sleep(1.0)  # joined its set, which is still open
        process.kill()
        process.wait(timeout=30)
    site.environment["PYTHONPATH"] = os.devnull
    with site.service() as process:
        (result,) = stored(site, 1)
        assert process.poll() is None
    assert [failure.code for failure in result.failures] == ["unknown_phantom"]
    assert not result.measurements
