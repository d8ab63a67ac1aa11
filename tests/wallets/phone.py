"""A telephone with a wallet, as far as passes go: it opens links, registers, asks what changed and fetches it."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx

from tests.running import Enrolled, Shop


@dataclass
class Phone:
    """`push`: where it is told of changes, hexadecimal. What it was answered last stands in `answer`."""

    shop: Shop
    name: str
    push: str
    passes: dict[str, dict[str, Any]] = field(default_factory=dict)  # by serial: pass.json
    modified: dict[str, str] = field(default_factory=dict)
    tag: str | None = None

    def add(self, known: Enrolled, language: str = "en") -> dict[str, Any]:
        """The button on the card, and what it leads to."""
        return self.open(link(self.shop, known, language))

    def open(self, path: str) -> dict[str, Any]:
        answer = self.shop.http("GET", path, None)
        assert answer.status_code == 200, answer.text
        return self._keep(answer)

    def ask(self, method: str, path: str, serial: str, body: object = None, **headers: str) -> httpx.Response:
        """As its pass says: at its address, with its token."""
        told = self.passes[serial]
        address = urlsplit(told["webServiceURL"]).path + path
        headers = {"Authorization": f"ApplePass {told['authenticationToken']}"} | headers
        return self.shop.http(method, address, None, body, headers=headers)

    def registration(self, serial: str) -> str:
        return f"/v1/devices/{self.name}/registrations/{self.passes[serial]['passTypeIdentifier']}/{serial}"

    def register(self, serial: str) -> int:
        return self.ask("POST", self.registration(serial), serial, {"pushToken": self.push}).status_code

    def unregister(self, serial: str) -> int:
        return self.ask("DELETE", self.registration(serial), serial).status_code

    def changed(self, serial: str) -> list[str]:
        """What changed since it asked last."""
        path = self.registration(serial).rpartition("/")[0]
        path += f"?passesUpdatedSince={self.tag}" if self.tag is not None else ""
        answer = self.ask("GET", path, serial)
        if answer.status_code == 204:
            return []
        assert answer.status_code == 200, answer.text
        self.tag = answer.json()["lastUpdated"]
        found: list[str] = answer.json()["serialNumbers"]
        return found

    def fetch(self, serial: str, since: bool = True) -> dict[str, Any] | None:
        """The pass; None for one that it has already."""
        kind = self.passes[serial]["passTypeIdentifier"]
        headers = {"If-Modified-Since": self.modified[serial]} if since else {}
        answer = self.ask("GET", f"/v1/passes/{kind}/{serial}", serial, **headers)
        if answer.status_code == 304:
            return None
        assert answer.status_code == 200, answer.text
        return self._keep(answer)

    def _keep(self, answer: httpx.Response) -> dict[str, Any]:
        assert answer.headers["content-type"] == "application/vnd.apple.pkpass"
        told = content(answer.content)
        self.passes[told["serialNumber"]] = told
        self.modified[told["serialNumber"]] = answer.headers["last-modified"]
        return told


def link(shop: Shop, known: Enrolled, language: str = "en") -> str:
    """The path of the one-use link."""
    answer = shop.http("POST", f"/v1/card/wallet/apple?language={language}", known.card_key)
    assert answer.status_code == 200, answer.text
    return str(urlsplit(answer.json()["url"]).path)


def content(file: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(zipfile.ZipFile(io.BytesIO(file)).read("pass.json"))
    return found


def shown(told: dict[str, Any]) -> dict[str, str]:
    """Every field of a pass, by its key."""
    return {one["key"]: one["value"] for part in told["storeCard"].values() for one in part}
