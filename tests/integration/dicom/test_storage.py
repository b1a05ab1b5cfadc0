# SPDX-License-Identifier: LGPL-3.0-or-later
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pydicom.data
import pytest

from optimage.dicom.part10 import DEFLATED, EXPLICIT_BIG, EXPLICIT_LITTLE, IMPLICIT_LITTLE
from optimage.dicom.reader import find_objects
from optimage.dicom.scp import ScpSettings, StoreScp
from optimage.dicom.scu import echo, send
from optimage.errors import ImageError, NetworkError, SettingsError, StoreError, UsageError
from optimage.messages import N_
from optimage.settings import Caller
from tests.unit.dicom.build import CT, UID, compressed, ct, encoded, enhanced_ct, file_of, nested, wrapped

SAMPLES = sorted(path for path in Path(pydicom.data.__file__).parent.glob("*_files/**/*") if path.is_file())
NOISE = np.random.default_rng(5).integers(-2000, 2000, (64, 48), dtype=np.int16)
J2K, JPEG_LS, RLE = "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.5"


def sent_by(path, data):
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("syntax", [IMPLICIT_LITTLE, EXPLICIT_LITTLE, EXPLICIT_BIG, DEFLATED])
def test_uncompressed_objects_arrive_bit_by_bit(service, tmp_path, syntax):
    content = encoded(ct(NOISE), syntax)
    report = send([sent_by(tmp_path / "1", wrapped(content, syntax))], **service.address, calling_ae="SCANNER")
    assert report.all_stored
    (received,) = service.keeper.received
    assert received.dataset == content
    assert (received.sop_class_uid, received.sop_instance_uid) == (CT, UID)
    assert received.transfer_syntax_uid == syntax
    assert (received.arrival.calling_ae, received.arrival.address) == ("SCANNER", "127.0.0.1")


@pytest.mark.parametrize("syntax", [J2K, JPEG_LS, RLE])
def test_compressed_objects_arrive_bit_by_bit(service, tmp_path, syntax):
    data = compressed(NOISE, syntax)
    assert send([sent_by(tmp_path / "1", data)], **service.address).all_stored
    assert data.endswith(service.keeper.received[0].dataset)
    assert service.keeper.received[0].transfer_syntax_uid == syntax


def test_every_sample_of_pydicom_arrives_as_it_is_or_is_refused_with_a_reason(service):
    report = send(SAMPLES, **service.address)
    readable = {one.location: one for one in find_objects(SAMPLES) if one.found}
    assert len(report.objects) == len(list(find_objects(SAMPLES)))
    received = {one.dataset for one in service.keeper.received}
    for sent in report.objects:
        assert sent.is_stored or sent.error or sent.comment, sent
        if sent.is_stored:
            found = readable[sent.location]
            assert found.origin.read_bytes()[found.found.offset :] in received


def test_objects_of_one_association_share_its_identifier(service, tmp_path, eventually):
    for number in range(3):
        sent_by(tmp_path / str(number), file_of(ct(SOPInstanceUID=f"1.2.{number + 1}")))
    assert send([tmp_path], **service.address).all_stored
    (association,) = {one.arrival.association for one in service.keeper.received}
    assert len(service.keeper.received) == 3
    eventually(lambda: service.keeper.ended == [association])
    assert service.scp.open_associations() == frozenset()


@pytest.mark.skipif(shutil.which("storescu") is None, reason="storescu of DCMTK is not on the path")
@pytest.mark.parametrize("nagle", ["0", "1"])
def test_storescu_of_dcmtk_sends_its_objects(service, tmp_path, nagle):
    content = encoded(enhanced_ct())
    sop_class = enhanced_ct().SOPClassUID
    path = sent_by(tmp_path / "1.dcm", wrapped(content, sop_class=sop_class))
    environment = {**os.environ, "TCP_NODELAY": nagle}
    command = ["storescu", "-aec", "QC", "-aet", "DCMTK", "127.0.0.1", str(service.port), str(path)]
    run = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60, env=environment)
    assert run.returncode == 0, run.stderr
    assert service.keeper.received[0].dataset == content
    assert service.keeper.received[0].arrival.calling_ae == "DCMTK"


@pytest.mark.parametrize(
    ("error", "comment"),
    [
        (StoreError("database_locked", N_("the database is locked")), "cannot be kept: database_locked"),
        (OSError(28, "No space left on device"), "cannot be kept: No space left on device"),
        (ZeroDivisionError("a mistake of ours"), "cannot be kept: ZeroDivisionError"),
    ],
)
def test_what_cannot_be_kept_is_out_of_resources_and_the_next_object_is_taken(service, tmp_path, error, comment):
    path = sent_by(tmp_path / "1", file_of(ct()))
    service.keeper.fails_with = error
    (refused,) = send([path], **service.address).objects
    assert (refused.status, refused.comment) == (0xA700, comment)
    assert not refused.is_stored
    service.keeper.fails_with = None
    assert send([path], **service.address).all_stored


def test_a_wrong_called_title_is_rejected(service):
    with pytest.raises(NetworkError, match="1/1/7") as error:
        echo(**{**service.address, "called_ae": "ANYBODY"})
    assert error.value.code == "association_rejected"
    assert echo(**service.address) < 5


def test_only_listed_callers_are_let_in(serve):
    running = serve(callers=(Caller("SCANNER", "127.0.0.1"), Caller("ELSEWHERE", "192.0.2.1")), host="127.0.0.1")
    echo(**running.address, calling_ae="SCANNER")
    for stranger in ("STRANGER", "ELSEWHERE"):
        with pytest.raises(NetworkError, match="1/1/3") as error:
            echo(**running.address, calling_ae=stranger)
        assert error.value.code == "association_rejected"


def test_nobody_listens_to_the_network_without_listed_callers():
    with pytest.raises(SettingsError) as error:
        StoreScp(ScpSettings(host="0.0.0.0", port=0), print).start()
    assert error.value.code == "callers_required"


def test_a_port_in_use_is_told(service):
    with pytest.raises(NetworkError) as error:
        StoreScp(ScpSettings(port=service.port), print).start()
    assert error.value.code == "port_unavailable"


def test_a_stopped_service_is_unreachable_and_can_be_started_again(service, tmp_path):
    service.scp.stop()
    with pytest.raises(NetworkError) as error:
        send([sent_by(tmp_path / "1", file_of(ct()))], **service.address)
    assert error.value.code == "unreachable"
    port = service.scp.start()
    assert echo(host="127.0.0.1", port=port, called_ae="QC") < 5


def test_files_that_are_no_objects_are_reported_and_the_rest_is_sent(service, tmp_path):
    sent_by(tmp_path / "1", file_of(ct()))
    sent_by(tmp_path / "2", b"not an object")
    sent_by(tmp_path / "3", file_of(ct(SOPInstanceUID="../x")))
    told = []
    report = send([tmp_path], **service.address, on_progress=told.append)
    assert sorted(one.error.code for one in report.objects if isinstance(one.error, ImageError)) == [
        "invalid_uid",
        "not_dicom",
    ]
    assert [one.status for one in report.objects if one.status is not None] == [0]
    assert tuple(told) == report.objects


def test_an_object_that_the_receiver_does_not_take_is_told(service, tmp_path):
    private = ct(SOPClassUID="1.2.3.4.5")
    paths = [sent_by(tmp_path / "1", file_of(private)), sent_by(tmp_path / "2", file_of(ct()))]
    refused, stored = send(paths, **service.address).objects
    assert refused.error.code == "context_rejected"
    assert stored.is_stored


@pytest.mark.parametrize("title", ["", "  ", "x" * 17, "A\nB", "Ä"])
def test_an_impossible_title_is_a_wrong_call(service, title):
    with pytest.raises(UsageError) as error:
        echo(**service.address, calling_ae=title)
    assert error.value.code == "invalid_ae_title"


def test_a_sender_learns_that_the_object_is_nested_too_deep(service, tmp_path):
    path = sent_by(tmp_path / "1", wrapped(nested(200)))
    (refused,) = send([path], **service.address).objects
    assert refused.error.code == "nested_too_deep"


def test_a_connection_that_breaks_off_is_told(serve, tmp_path):
    service = serve(max_object_bytes=1 << 10)
    path = sent_by(tmp_path / "1", file_of(ct(np.zeros((256, 256), np.int16))))
    with pytest.raises(NetworkError) as error:
        send([path], **service.address)
    assert error.value.code == "association_aborted"
    assert service.keeper.received == []
