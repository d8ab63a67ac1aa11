"""Fan-out as the best there is does it: nginx with nchan, in C, behind the wire of the bench.

A check-in is published as it is, and every screen gets it. Debian has it as libnginx-mod-nchan; where it is not
installed, its rows are left out, loudly.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.servers import STOP_S_MAX, await_ready
from bench.target import Target, free_port

MODULES = ("/usr/lib/nginx/modules", "/usr/lib64/nginx/modules", "/usr/share/nginx/modules")
MISSING = "nginx with nchan is not installed (Debian: libnginx-mod-nchan)"
PLACES = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
CONFIG = """
load_module {module};
{user}
worker_processes 1;
daemon off;
pid {directory}/nginx.pid;
error_log {directory}/error.log;
events {{ worker_connections 8192; }}
http {{
    access_log off;
    {places}
    server {{
        listen 127.0.0.1:{port};
        location = /readyz {{ return 200; }}
        location = /v1/checkins {{
            nchan_publisher;
            nchan_channel_id bench;
            nchan_message_buffer_length 1;
        }}
        location = /v1/counter {{
            nchan_subscriber websocket;
            nchan_channel_id bench;
            nchan_subscriber_first_message newest;
        }}
    }}
}}
"""


def module() -> str | None:
    """Where nchan is, if nginx is there too."""
    found = next((path for place in MODULES if (path := Path(place) / "ngx_nchan_module.so").exists()), None)
    return str(found) if found is not None and shutil.which("nginx") else None


@contextmanager
def nchan(directory: Path) -> Iterator[Target]:
    found, port = module(), free_port()
    assert found is not None, MISSING
    config = directory / "nginx.conf"
    config.write_text(
        CONFIG.format(
            module=found,
            directory=directory,
            port=port,
            user="user root;" if os.geteuid() == 0 else "",
            places=" ".join(f"{place}_temp_path {directory}/{place};" for place in PLACES),
        )
    )
    log = directory / "error.log"
    log.touch()
    server = subprocess.Popen(["nginx", "-p", str(directory), "-c", str(config)], stderr=subprocess.DEVNULL)
    try:
        await_ready(server, port, log)
        yield Target(name="nchan", port=port, pid=server.pid, guests=2, hears=False)
    finally:
        server.terminate()
        server.wait(STOP_S_MAX)
