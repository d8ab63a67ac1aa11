"""The built pages, as browsers ask for them: small on the wire, and what has a hash in its name is kept for ever."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from loyalty.errors import Unknown
from loyalty.web import gate

PAGES = ("counter.html", "card.html", "owner.html", "join.html", "poster.html")
BESIDE = ("card-worker.js", "card-parts.json", "card.webmanifest", "card-icon.svg")  # of a card kept on a phone
SMALL_BYTES = 500  # what is smaller goes as it is
LEVEL = 6
PAGE_HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self';"
        " connect-src 'self' ws: wss:; worker-src 'self'; manifest-src 'self';"
        " base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
FOR_EVER = "public, max-age=31536000, immutable"


def routes(screens: Path) -> list[BaseRoute]:
    """`screens` is where the built pages lie."""
    found: list[BaseRoute] = [
        Route(f"/{name}", _small(_page(screens / name)), methods=["GET"]) for name in PAGES + BESIDE
    ]
    found.append(Route("/", _front, methods=["GET"]))
    if (screens / "assets").is_dir():
        found.append(Mount("/assets", _small(Assets(directory=screens / "assets"))))
    return found


class Assets(StaticFiles):
    """Another content has another name."""

    def file_response(self, *args: Any, **named: Any) -> Response:
        response = super().file_response(*args, **named)
        response.headers["Cache-Control"] = FOR_EVER
        return response


def _small(app: ASGIApp) -> ASGIApp:
    """Nothing here is anybody's: what is said of people goes uncompressed, so that its size tells nothing."""
    return GZipMiddleware(app, minimum_size=SMALL_BYTES, compresslevel=LEVEL)


def _page(path: Path) -> ASGIApp:
    built = path.is_file()

    async def page(_: Request) -> Response:
        if not built:
            why = "the screens are not built; `make demo` builds them, `pip install .` carries them"
            return gate.refusal(Unknown(why))
        return FileResponse(path, headers=PAGE_HEADERS)

    return gate.Asked(page)


async def _front(_: Request) -> Response:
    return RedirectResponse("/owner.html")
