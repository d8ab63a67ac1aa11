"""How the service runs: the address it listens on, its processes, its log."""

from __future__ import annotations

import errno
import logging
import socket
import sys
import time
from pathlib import Path

import structlog
import uvicorn

from loyalty.app import make_app
from loyalty.settings import BadSetting, Settings
from loyalty.tills.beside import check as check_tills
from loyalty.web.channel import Channel
from loyalty.wire import FRAME_BYTES_MAX
from loyalty.workers import Workers

TRIES_MAX = 50  # for an address that somebody still has
AGAIN_SECONDS = 0.1
SWITCH_SECONDS = 0.0005  # a page that is being read gives way to a sale ten times sooner than by default

log = structlog.get_logger()


def serve(settings: Settings) -> None:
    """Runs until it is told to stop."""
    configure(settings)
    if settings.tills:
        check_tills(Path(settings.tills))
    sys.setswitchinterval(SWITCH_SECONDS)
    door = _bound(settings.host, settings.port)
    log.info("serving", address=f"http://{settings.host}:{settings.port}")
    if settings.workers == 1:
        uvicorn.Server(server_config(settings)).run([door])
        return
    Workers(settings.workers, lambda: uvicorn.Server(server_config(settings)).run([door])).run()


def _bound(host: str, port: int) -> socket.socket:
    """The address to listen on, taken. Raises BadSetting where another program keeps it, or this machine has not.

    It is waited for: where a parent of workers was killed, they end a moment after whoever is started in its place.
    """
    for tries in range(1, TRIES_MAX + 1):
        try:
            return _bind(host, port)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise _refused(host, port, str(error.strerror)) from error
        if tries == 1:
            log.warning("another program listens there; waiting a moment", address=f"{host}:{port}")
        time.sleep(AGAIN_SECONDS)
    raise _refused(host, port, "another program listens there")


def _refused(host: str, port: int, why: str) -> BadSetting:
    return BadSetting(f"{host}:{port} cannot be listened on ({why}); choose another with --port", at="port")


def _bind(host: str, port: int) -> socket.socket:
    door = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((host, port))
    except OSError:
        door.close()
        raise
    door.set_inheritable(True)
    return door


def configure(settings: Settings) -> None:
    """Logs without personal data, to standard error."""
    level = logging.getLevelNamesMapping()[settings.log.upper()]
    logging.getLogger("uvicorn.error").addFilter(_is_news)
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(
        processors=[structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso"), plain],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _is_news(record: logging.LogRecord) -> bool:
    """uvicorn reports each socket that we refuse as an error of ours: a flood of wrong keys would fill the log."""
    return "without completing handshake" not in record.getMessage()


def server_config(settings: Settings) -> uvicorn.Config:
    """No access log and no deflate: both cost more than the work itself."""
    return uvicorn.Config(
        make_app(settings),
        host=settings.host,
        port=settings.port,
        log_level=settings.log if settings.log != "info" else "warning",
        access_log=False,
        proxy_headers=False,  # nothing here asks who called, or how
        ws=Channel,
        ws_per_message_deflate=False,
        ws_max_size=FRAME_BYTES_MAX,
        timeout_graceful_shutdown=10,
    )
