# SPDX-License-Identifier: LGPL-3.0-or-later
"""People are told of alarms and overdue tests: by real mail and web hooks, once, and with what to do."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from optimage.model.addressee import Addressee, Topic
from optimage.model.notice import Channel, Notice, NoticeState, Recipient
from optimage.notify.mail import MailServer
from optimage.settings import load_settings
from optimage.store.engine import Store
from optimage.workflow.notices.channels import postman_of
from optimage.workflow.notices.deliver import PAUSES, Postman, deliver
from tests.integration.desk import Desk
from tests.integration.post_office import Hook, MailBox, hook_server, mail_server
from tests.integration.site import PROFILE, enter

READINGS = """
[readings]
dose_index = { unit = "mGy" }

[tolerances.dose_index]
reference = 20.0
fail = 4.0
source = "test"
"""
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def box() -> Iterator[MailBox]:
    with mail_server() as box:
        yield box


@pytest.fixture
def hook() -> Iterator[Hook]:
    with hook_server() as hook:
        yield hook


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], box: MailBox) -> Desk:
    """A home that sends mail to one physicist, with one profile of a reading that is measured every day."""
    enter(tmp_path / "home", monkeypatch)
    monkeypatch.setenv("OPTIMAGE_LANGUAGE", "en")
    monkeypatch.setenv("OPTIMAGE_OPERATOR", "anna")
    configure(tmp_path, box.port)
    desk = Desk(tmp_path, capsys)
    desk.apply('schedule = "daily"\n' + PROFILE.format(quiet_period_s=1) + READINGS)
    return desk


def configure(folder: Path, port: int, more: str = "", about: str = '["alarms"]') -> None:
    (folder / "home").mkdir(exist_ok=True)
    (folder / "home" / "optimage.toml").write_text(
        f'smtp_host = "127.0.0.1"\nsmtp_port = {port}\nsmtp_security = "none"\nmail_from = "qc@hospital"\n{more}\n'
        f'[[recipients]]\nmail = "physics@hospital"\nabout = {about}\n'
    )


def measure(desk: Desk, value: float, day: int = 2) -> None:
    desk("results", "add", "--profile", "ct_water", "--at", f"2026-03-0{day}", f"dose_index={value}", code=value > 24)


def send(store: Store, *, after: timedelta = timedelta()) -> tuple[Notice, ...]:
    """Send what waits, as if so much time had passed."""
    postman = postman_of(load_settings(), store)
    return deliver(replace(postman, clock=lambda: datetime.now(UTC) + after))


def test_a_result_that_fails_is_told_once_with_value_limit_and_what_to_do(desk: Desk, box: MailBox) -> None:
    measure(desk, 25.5)
    with desk.store() as store:
        assert {one.state for one in send(store)} == {NoticeState.SENT}
        assert send(store) == ()
    (mail,) = box.mails
    assert (mail["To"], mail["From"]) == ("physics@hospital", "qc@hospital")
    assert mail["Subject"] == "Alarm: CT, water, every morning, CT 1"
    text = mail.get_content()
    assert "dose_index: 25.500 mGy" in text
    assert "16.000 … 24.000" in text
    assert "optimage results show 1" in text


def test_a_result_within_its_limits_is_told_to_nobody(desk: Desk, box: MailBox) -> None:
    measure(desk, 20.5)
    with desk.store() as store:
        assert send(store) == ()
    assert box.mails == []


def test_a_signal_is_told_with_its_words_and_how_to_take_note(desk: Desk, box: MailBox) -> None:
    for day in range(10):
        desk("results", "add", "--profile", "ct_water", "--at", f"2026-02-{day + 1:02}", f"dose_index={20 + day % 2}")
    desk("results", "add", "--profile", "ct_water", "--at", "2026-02-12", "dose_index=23.5")
    with desk.store() as store:
        send(store)
    (mail,) = box.mails
    assert "above the upper alarm line" in mail.get_content()
    assert "optimage signals acknowledge" in mail.get_content()


def test_a_later_result_of_the_same_images_that_fails_alike_is_told_no_more(desk: Desk, box: MailBox) -> None:
    measure(desk, 25.5)
    desk("results", "add", 1, "dose_index=25.6", code=1)
    with desk.store() as store:
        send(store)
    assert len(box.mails) == 1


def test_a_mail_server_that_fails_is_tried_again_and_takes_each_mail_once(desk: Desk, box: MailBox) -> None:
    measure(desk, 25.5)
    box.refusing = True
    with desk.store() as store:
        states = {one.recipient.channel: one for one in send(store)}
        assert states[Channel.LOG].state is NoticeState.SENT
        waiting = states[Channel.MAIL]
        assert (waiting.state, waiting.code) == (NoticeState.WAITING, "mail_refused")
        assert "come back later" in waiting.error
        box.refusing = False
        assert send(store) == (), "not before its pause is over"
        (sent,) = send(store, after=PAUSES[0] + timedelta(seconds=1))
        assert (sent.state, sent.attempts) == (NoticeState.SENT, 2)
    assert len(box.mails) == 1


def test_what_nobody_takes_ends_as_failed_and_the_doctor_tells(desk: Desk, box: MailBox) -> None:
    measure(desk, 25.5)
    box.refusing = True
    with desk.store() as store:
        passed = timedelta()
        for pause in (timedelta(), *PAUSES):
            passed += pause + timedelta(seconds=1)
            send(store, after=passed)
        assert store.notices.counts()[NoticeState.FAILED] == 1
    assert "could not be sent" in desk("doctor", code=1)


def test_several_services_send_each_notice_once(desk: Desk, box: MailBox) -> None:
    with desk.store() as store:
        for number in range(20):
            store.notices.add(Notice(f"test:{number}", Recipient(Channel.MAIL, "a@b"), f"subject {number}", "text"))
        postmen = [replace(postman_of(load_settings(), store), worker=f"worker {n}") for n in range(3)]
        threads = [threading.Thread(target=deliver, args=(postman,)) for postman in postmen]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(mail["Subject"] for mail in box.mails) == sorted(f"subject {number}" for number in range(20))


def test_text_from_images_neither_adds_a_header_nor_breaks_a_mail(desk: Desk, box: MailBox) -> None:
    hostile = "x\r\nBcc: all@hospital\n\n<b>\u202e" + "y" * 10_000
    with desk.store() as store:
        store.notices.add(Notice("test:1", Recipient(Channel.MAIL, "a@b"), hostile, hostile))
        assert [one.state for one in send(store)] == [NoticeState.SENT]
    (mail,) = box.mails
    assert mail["Bcc"] is None
    assert mail["Subject"].startswith("x Bcc: all@hospital <b>")
    assert "Bcc: all@hospital" in mail.get_content()


def test_a_password_is_given_and_a_wrong_one_is_told_and_never_shown(desk: Desk, tmp_path: Path) -> None:
    with mail_server(password="right") as box, desk.store() as store:
        store.notices.add(Notice("test:1", Recipient(Channel.MAIL, "a@b"), "s", "t"))
        configure(tmp_path, box.port, 'smtp_user = "qc"\nsmtp_password = "wrong-secret"')
        (failed,) = send(store)
        assert failed.code == "mail_refused"
        assert "wrong-secret" not in failed.error
        assert "wrong-secret" not in repr(load_settings())
        configure(tmp_path, box.port, 'smtp_user = "qc"\nsmtp_password = "right"')
        (sent,) = send(store, after=PAUSES[0] + timedelta(seconds=1))
        assert sent.state is NoticeState.SENT
        assert len(box.mails) == 1


def test_a_server_that_cannot_encrypt_gets_no_mail_where_that_is_wanted(desk: Desk, box: MailBox) -> None:
    with desk.store() as store:
        store.notices.add(Notice("test:1", Recipient(Channel.MAIL, "a@b"), "s", "t"))
        file = desk.folder / "home" / "optimage.toml"
        file.write_text(file.read_text().replace('"none"', '"starttls"'))
        (failed,) = send(store)
    assert failed.code in ("mail_refused", "mail_unreachable")
    assert box.mails == []


def test_a_web_hook_gets_the_same_as_data_with_a_mark_that_stays(desk: Desk, hook: Hook) -> None:
    recipient = Recipient(Channel.WEBHOOK, hook.url)
    with desk.store() as store:
        store.notices.add(Notice("test:1", recipient, "subject", "text", {"kind": "alarm", "result": 7}))
        hook.status = 500
        (failed,) = send(store)
        assert (failed.code, failed.state) == ("webhook_refused", NoticeState.WAITING)
        hook.status = 204
        send(store, after=PAUSES[0] + timedelta(seconds=1))
    assert hook.messages[1] == {"kind": "alarm", "result": 7, "about": "test:1", "subject": "subject", "text": "text"}
    assert len(set(hook.marks)) == 1


def test_a_web_hook_follows_no_redirect(desk: Desk, hook: Hook) -> None:
    with hook_server() as other, desk.store() as store:
        hook.status, hook.location = 307, other.url
        store.notices.add(Notice("test:1", Recipient(Channel.WEBHOOK, hook.url), "s", "t"))
        (failed,) = send(store)
        assert failed.code == "webhook_refused"
        assert other.messages == []


def test_a_web_hook_that_nobody_listens_to_is_told_without_its_path(desk: Desk) -> None:
    with desk.store() as store:
        store.notices.add(Notice("test:1", Recipient(Channel.WEBHOOK, "http://127.0.0.1:9/secret"), "s", "t"))
        (failed,) = send(store)
    assert failed.code == "webhook_unreachable"
    assert "secret" not in failed.error


def test_without_a_mail_server_mail_says_what_to_set(desk: Desk) -> None:
    (desk.folder / "home" / "optimage.toml").write_text("")
    with desk.store() as store:
        store.notices.add(Notice("test:1", Recipient(Channel.MAIL, "a@b"), "s", "t"))
        (failed,) = send(store)
    assert failed.code == "mail_not_set_up"
    assert "smtp_host" in failed.error


def test_an_overdue_test_is_told_once_for_its_due_date(desk: Desk, box: MailBox) -> None:
    configure(desk.folder, box.port, about='["overdue"]')
    measure(desk, 20.5)
    desk("run-due")
    desk("run-due")
    (mail,) = box.mails
    assert mail["Subject"] == "Overdue: CT, water, every morning, CT 1"
    assert "was due on 2026-03-03" in mail.get_content()
    assert "It was last done on 2026-03-02." in mail.get_content()


def test_a_report_goes_with_the_mail_that_tells_of_it(desk: Desk, box: MailBox) -> None:
    measure(desk, 20.5)
    add = ("report", "schedule", "add", "month", "--template", "device_year", "--every", "daily", "--at", "00:00")
    desk(*add, "--on", "2026-01-01", "--zone", "UTC", "--format", "pdf,html", "--mail", "head@hospital")
    with desk.store() as store:
        from tests.integration.test_schedules_at_the_desk import make_due

        make_due(store)
    desk("run-due")
    (mail,) = box.mails
    assert mail["To"] == "head@hospital"
    names = {part.get_filename(): part.get_content() for part in mail.iter_attachments()}
    assert sorted(name.rpartition(".")[2] for name in names) == ["html", "pdf"]
    (pdf,) = (content for name, content in names.items() if name.endswith(".pdf"))
    assert pdf == next((desk.folder / "home" / "reports").glob("month-*.pdf")).read_bytes()


@pytest.mark.parametrize(
    ("topic", "profile_id", "site", "wanted"),
    [
        (Topic.ALARMS, "ct_water", "North", True),
        (Topic.OVERDUE, "ct_water", "North", False),
        (Topic.ALARMS, "mr_snr", "North", False),
        (Topic.ALARMS, "ct_water", "South", False),
    ],
)
def test_the_right_people_are_told(topic: Topic, profile_id: str, site: str, wanted: bool) -> None:
    one = Addressee(Recipient(Channel.MAIL, "a@b"), frozenset({Topic.ALARMS}), ("ct_*",), ("North",))
    assert one.wants(topic, profile_id=profile_id, site=site) is wanted


def test_a_password_stays_out_of_what_a_server_says_of_itself() -> None:
    assert "secret" not in repr(MailServer("host", 25, "none", "a@b", "user", "secret"))


def test_sending_stops_when_it_is_told_to(desk: Desk, box: MailBox) -> None:
    with desk.store() as store:
        store.notices.add(Notice("test:1", Recipient(Channel.MAIL, "a@b"), "s", "t"))
        postman = Postman(store, {}, "w", lambda: NOW)
        assert deliver(postman, stop=lambda: True) == ()
    assert box.mails == []
