# SPDX-License-Identifier: LGPL-3.0-or-later
"""Real servers on loopback that take mail and web hooks."""

import json
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session


@dataclass
class MailBox:
    """A mail server and what it took; while `refusing` it takes nothing."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    refusing: bool = False

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take one mail."""
        if self.refusing:
            return "451 4.3.0 come back later"
        self.mails.append(message_from_bytes(bytes(envelope.content or b""), policy=policy.default))  # type: ignore[arg-type]
        return "250 OK"


def free_port() -> int:
    """Return a port that nobody listens to."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def mail_server(password: str = "") -> Iterator[MailBox]:
    """Run a mail server; with a password it wants to know it."""
    box = MailBox()

    def checked(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=data.password == password.encode(), handled=False)

    more = {"authenticator": checked, "auth_required": True, "auth_require_tls": False} if password else {}
    box.port = free_port()
    controller = Controller(box, hostname="127.0.0.1", port=box.port, **more)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


@dataclass
class Hook:
    """A server of web hooks, what it was told, and how it answers."""

    url: str = ""
    messages: list[dict[str, Any]] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    status: int = 204
    location: str = ""


@contextmanager
def hook_server() -> Iterator[Hook]:
    """Run a server that takes web hooks."""
    hook = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            hook.messages.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            hook.marks.append(self.headers["Idempotency-Key"])
            self.send_response(hook.status)
            if hook.location:
                self.send_header("Location", hook.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    hook.url = f"http://127.0.0.1:{server.server_address[1]}/path"
    try:
        yield hook
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
