# SPDX-License-Identifier: LGPL-3.0-or-later
import pytest

from optimage.dicom.admission import (
    CANNOT_UNDERSTAND,
    DOES_NOT_MATCH,
    INVALID_UID,
    Refusal,
    bind_host,
    check_object,
    is_allowed,
    is_legal_uid,
)
from optimage.dicom.part10 import DEFLATED, EXPLICIT_LITTLE
from optimage.errors import SettingsError
from optimage.settings import Caller
from tests.unit.dicom.build import CT, UID, ct, encoded, nested

SCANNERS = (Caller("CT1", "192.0.2.7"), Caller("MR1", "198.51.100.0/24"), Caller("ANYWHERE"))


@pytest.mark.parametrize(
    "uid", ["", ".", "1.", "1..2", "../../x", "/etc/x", "1.2\n", "1.2;3", "1.2\0", "1" * 65, "١.٢", " 1.2", "1.2 "]
)
def test_illegal_uids(uid):
    assert not is_legal_uid(uid)


@pytest.mark.parametrize("uid", ["1", "1.2.840.10008.1.1", "1.02.3", "2.25." + "9" * 39, "1" * 64])
def test_legal_uids_and_the_leading_zeros_of_real_devices(uid):
    assert is_legal_uid(uid)


def check(dataset=None, sop_class_uid=CT, sop_instance_uid=UID, syntax=EXPLICIT_LITTLE):
    content = encoded(ct()) if dataset is None else dataset
    refusal = check_object(
        content, sop_class_uid=sop_class_uid, sop_instance_uid=sop_instance_uid, transfer_syntax_uid=syntax
    )
    return refusal and refusal.status


def test_a_sound_object_is_accepted():
    assert check() is None
    assert check(encoded(ct(), DEFLATED), syntax=DEFLATED) is None


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"sop_instance_uid": "../x"}, INVALID_UID),
        ({"sop_class_uid": "x" * 65}, INVALID_UID),
        ({"dataset": b""}, CANNOT_UNDERSTAND),
        ({"dataset": encoded(ct())[:-1]}, CANNOT_UNDERSTAND),
        ({"dataset": nested(200)}, CANNOT_UNDERSTAND),
        ({"sop_instance_uid": "1.2.3"}, DOES_NOT_MATCH),
        ({"sop_class_uid": "1.2.3"}, DOES_NOT_MATCH),
        ({"dataset": encoded(ct(SOPInstanceUID=None))}, DOES_NOT_MATCH),
    ],
)
def test_each_fault_has_its_status(changes, status):
    assert check(**changes) == status


def test_a_comment_is_short_printable_ascii():
    comment = Refusal.because(CANNOT_UNDERSTAND, "\x1b[31mräd\\" + "x" * 100).comment
    assert len(comment) == 64
    assert comment.startswith("?[31mr?d?x")


@pytest.mark.parametrize(
    ("title", "address", "allowed"),
    [
        ("CT1", "192.0.2.7", True),
        ("CT1 ", "192.0.2.7", True),
        ("CT1", "192.0.2.8", False),
        ("CT2", "192.0.2.7", False),
        ("MR1", "198.51.100.200", True),
        ("MR1", "::ffff:198.51.100.200", True),
        ("MR1", "198.51.101.1", False),
        ("ANYWHERE", "203.0.113.9", True),
    ],
)
def test_a_caller_needs_its_title_and_its_address(title, address, allowed):
    assert is_allowed(SCANNERS, title, address) is allowed


def test_without_callers_only_this_computer_is_served():
    assert bind_host("", ()) == "127.0.0.1"
    assert bind_host("localhost", ()) == "localhost"
    assert bind_host("", SCANNERS) == "0.0.0.0"
    assert bind_host("192.0.2.1", SCANNERS) == "192.0.2.1"
    for host in ("0.0.0.0", "192.0.2.1", "::"):
        with pytest.raises(SettingsError) as error:
            bind_host(host, ())
        assert error.value.code == "callers_required"


def test_an_address_that_is_none_is_refused_at_start():
    with pytest.raises(SettingsError) as error:
        bind_host("", (Caller("CT1", "scanner.example"),))
    assert error.value.code == "invalid_caller"
