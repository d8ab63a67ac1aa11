"""A message of the line in the words of the screens that are told it."""

from __future__ import annotations

from datetime import datetime

from msgspec import json

from loyalty.store.save import Sent
from loyalty.words.shown import show


class Frame:
    """One message, encoded once for each language; only `prev` differs from screen to screen."""

    def __init__(self, sent: Sent, now: datetime) -> None:
        self._sent = sent
        self._now = now
        self._halves: dict[str, tuple[bytes, bytes]] = {}
        self._whole: dict[tuple[str, int], bytes] = {}  # most screens of a shop are at the same number

    def to(self, language: str, prev: int) -> bytes:
        whole = self._whole.get((language, prev))
        if whole is None:
            head, tail = self.halves(language)
            whole = self._whole[language, prev] = b"%b%d%b" % (head, prev, tail)
        return whole

    def halves(self, language: str) -> tuple[bytes, bytes]:
        """What stands before and after `prev`."""
        found = self._halves.get(language)
        if found is None:
            found = self._halves[language] = self._encode(language)
        return found

    def _encode(self, language: str) -> tuple[bytes, bytes]:
        sent = self._sent
        head = b'{"type":"%b","seq":%d,"prev":' % (sent.kind.encode(), sent.seq)
        if sent.row is None:
            return head, b',"cue":%b,"outcome":%b}' % (json.encode(sent.cue), json.encode(sent.outcome))
        cue = json.encode(show(sent.row, language, sent.names))
        return head, b',"cue":%b,"now":%b}' % (cue, json.encode(self._now))
