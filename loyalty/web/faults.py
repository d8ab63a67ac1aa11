"""What Starlette refuses, and what nobody foresaw, in our one shape."""

from __future__ import annotations

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from loyalty.errors import RegularsError, Unknown
from loyalty.web.gate import refusal
from loyalty.wire import ErrorAnswer, Fault


def http_fault(_: Request, error: Exception) -> Response:
    """Starlette's own refusals (no such address, no such method) in our one shape."""
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        return refusal(Unknown("there is nothing at this address; /openapi.json lists what there is"))
    fault = Fault(code="no-such-method", message="this address does not take that method; see /openapi.json")
    return Response(msgspec.json.encode(ErrorAnswer(error=fault)), error.status_code, error.headers, "application/json")


def our_fault(_: Request, __: Exception) -> Response:
    """What nobody foresaw. The log has the rest."""
    return refusal(RegularsError("this is our fault, not yours; it is in the log"))
