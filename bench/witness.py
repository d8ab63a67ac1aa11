"""What a counter screen was told and then showed, held against a plain socket beside it."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Sequence
from statistics import median, quantiles
from typing import Any

from msgspec import Struct
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from bench.machine import Machine
from bench.target import TILL, Target

ANSWER_S_MAX = 30.0
Message = dict[str, Any]


class Result(Struct, frozen=True, kw_only=True):
    """What the replay came to.

    `visits`: sales of one customer less than 30 minutes apart are one. `gaps`: messages that did not follow the one
    before by number. `offered`: cues that named the usual. `shown`: cues that stood on the screen once it
    had taken in their message.
    """

    made_at: str
    machine: Machine
    days: int
    visits: int
    sales: int
    acknowledged: int
    customers: int
    customers_with_cues: int
    cues: int
    tones: dict[str, int]
    offered: int
    closed: dict[str, int]
    gaps: int
    shown: int
    missing: int
    doubled: int
    verify_clean: bool
    glass_ms_p50: float
    glass_ms_p99: float
    took_s: float


class Beside:
    """A plain socket of the same till: every message that the screen should get, in order of their numbers."""

    def __init__(self, target: Target) -> None:
        self.messages: list[Message] = []
        self.gaps = 0
        self._socket: ClientConnection = connect(f"ws://{target.host}:{target.port}/v1/counter", compression=None)
        hello = {"type": "hello", "key": target.screen_key, "shop": target.shop, "till": TILL, "after": None}
        self._socket.send(json.dumps(hello))
        self._seq: int = json.loads(self._socket.recv(ANSWER_S_MAX))["seq"]
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self) -> None:
        self._socket.close()

    def _listen(self) -> None:
        try:
            for raw in self._socket:
                message = json.loads(raw)
                self.gaps += message["prev"] != self._seq
                self._seq = message["seq"]
                self.messages.append(message)
        except ConnectionClosed:
            pass


def all_closed(messages: Sequence[Message]) -> bool:
    kinds = Counter(message["type"] for message in messages)
    return kinds["cue"] == kinds["closed"]


def compared(beside: Beside, seen: Sequence[Message], sold_at: Sequence[float]) -> dict[str, Any]:
    """What the socket was told against what the screen was told, and then showed."""
    told = beside.messages
    cues = {message["seq"]: message["cue"] for message in told if message["type"] == "cue"}
    on_screen = Counter(one["message"]["seq"] for one in seen if one["message"]["type"] == "cue")
    shown = [one for one in seen if one["message"]["type"] == "cue" and stands(one)]
    waits = [one["at"] - 1_000 * max(at for at in sold_at if 1_000 * at <= one["at"]) for one in shown]
    return {
        "customers_with_cues": len({cue["name"] for cue in cues.values()}),
        "cues": len({cue["id"] for cue in cues.values()}),
        "tones": dict(Counter(cue["tone"] for cue in cues.values())),
        "offered": sum(cue["offer"] for cue in cues.values()),
        "closed": dict(Counter(message["outcome"] for message in told if message["type"] == "closed")),
        "gaps": beside.gaps,
        "shown": len({one["message"]["cue"]["id"] for one in shown}),
        "missing": len(cues.keys() - on_screen.keys()),
        "doubled": sum(count - 1 for count in on_screen.values()),
        "glass_ms_p50": round(median(waits)),
        "glass_ms_p99": round(quantiles(waits, n=100)[-1]),
    }


def stands(one: Message) -> bool:
    cue = one["message"]["cue"]
    return one["say"] == cue["say"] or cue["name"] in one["waiting"]


def markdown(found: Result) -> str:
    machine = found.machine
    outcomes = ", ".join(f"{count:,} {outcome}" for outcome, count in sorted(found.closed.items()))
    tones = ", ".join(f"{count:,} {tone}" for tone, count in sorted(found.tones.items()))
    rows = {
        "sales streamed · acknowledged": f"{found.sales:,} · {found.acknowledged:,}",
        "customers enrolled · with cues": f"{found.customers:,} · {found.customers_with_cues:,}",
        "visits · cues raised": f"{found.visits:,} · {found.cues:,} ({tones})",
        "cues that named the usual": f"{found.offered:,}",
        "cues closed": outcomes,
        "cues that stood on the screen": f"{found.shown:,}",
        "numbers missing · cues missing · doubled on the screen": f"{found.gaps} · {found.missing} · {found.doubled}",
        "`loyalty verify`": "clean" if found.verify_clean else "DIFFERENCES",
        "from the till's file to the glass": f"{found.glass_ms_p50:.0f} ms p50, {found.glass_ms_p99:.0f} ms p99",
        "duration": f"{found.took_s:.0f} s for {found.days} days",
    }
    return "\n".join(
        (
            f"# Real purchases, from a till's file to the counter, {found.made_at[:10]}",
            "",
            f"{machine.cpu}, {machine.cores} cores, {machine.system}. `pos-adapter run` watches a file that grows by",
            "one paid sale at a time (it looks every 200 ms); the service is fresh; the counter runs in Chromium.",
            "Nobody is scanned before a sale in this data, so the paid sale itself raises the cue, which goes by age.",
            "",
            "| | |",
            "|---|---|",
            *(f"| {what} | {figure} |" for what, figure in rows.items()),
            "",
        )
    )
