# SPDX-License-Identifier: LGPL-3.0-or-later
"""Messages to programs: JSON by HTTP."""

import json
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from optimage.errors import NetworkError
from optimage.messages import N_

TIMEOUT_S = 30.0


class _NoRedirect(HTTPRedirectHandler):
    """A message for one place is not carried to another."""

    def redirect_request(self, *_arguments: Any, **_more: Any) -> None:
        """Follow nothing: the answer then counts as a refusal."""


def post(url: str, payload: Mapping[str, Any], *, mark: str) -> None:
    """Send one message; `mark` is the same whenever it is sent again.

    Raises
    ------
    NetworkError
        `webhook_refused` for an answer other than 2xx, redirects among them; `webhook_unreachable` for none.
    """
    place = urlsplit(url).hostname or ""  # the path may hold a secret
    headers = {"Content-Type": "application/json", "User-Agent": "Optimage", "Idempotency-Key": mark}
    request = Request(url, json.dumps(payload, ensure_ascii=False).encode(), headers, method="POST")  # noqa: S310 - the settings take http and https alone
    try:
        with build_opener(_NoRedirect).open(request, timeout=TIMEOUT_S):
            pass
    except HTTPError as error:
        with error:
            raise NetworkError(
                "webhook_refused",
                N_("{place} answered {status}"),
                advice=N_("check the address of the web hook"),
                place=place,
                status=error.code,
            ) from error
    except (OSError, HTTPException, ValueError) as error:
        reason = str(getattr(error, "reason", "") or error) or type(error).__name__
        raise NetworkError(
            "webhook_unreachable",
            N_("{place} cannot be spoken to: {error}"),
            advice=N_("check the address of the web hook, and that its server runs"),
            place=place,
            error=reason,
        ) from error
