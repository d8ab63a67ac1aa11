"""The customer's own card: opened by the secret in its link, nothing else."""

from __future__ import annotations

from functools import lru_cache

import qrcode
from qrcode.constants import ERROR_CORRECT_M
from starlette.requests import Request
from starlette.responses import Response

from loyalty.acts.people import greet
from loyalty.errors import NoKey
from loyalty.reports import card as card_report
from loyalty.web.gate import answer, bearer, body, house_of
from loyalty.wire import CardView, Greet

QUIET_ZONE = 4  # modules, as the standard asks


async def get_card(request: Request) -> Response:
    return answer(await _view(request, None))


async def put_card(request: Request) -> Response:
    """How they wish to be greeted; in force on the next scan."""
    return answer(await _view(request, await body(request, Greet)))


async def _view(request: Request, change: Greet | None) -> CardView:
    house = house_of(request)
    token = house.line.vault.key_hash(bearer(request))

    if change is not None:
        await house.writer.task(lambda line: greet(line, token, change.greeting))
    found = await house.reader.ask(lambda view: card_report.read(view, token, outline))
    if found is None:
        raise NoKey("this link opens no card; ask at the counter for a new one", code="unknown-card")
    return found


@lru_cache(1_000)
def outline(text: str) -> tuple[str, int]:
    """The dark modules of a QR code as one SVG path, and the side of the square with its quiet zone."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    parts: list[str] = []
    for y, row in enumerate(rows, QUIET_ZONE):
        x = 0
        while x < len(row):
            run = next((n for n in range(len(row) - x) if not row[x + n]), len(row) - x)
            if run:
                parts.append(f"M{x + QUIET_ZONE} {y}h{run}v1h-{run}z")
            x += max(run, 1)
    return "".join(parts), len(rows) + 2 * QUIET_ZONE
