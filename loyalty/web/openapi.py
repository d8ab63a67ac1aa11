"""`/openapi.json`: every HTTP endpoint, generated from the list of routes and the types of the wire."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any, Protocol

import msgspec

from loyalty import __version__, wire

REFUSALS = {
    "401": "no key, or one that nobody has",
    "403": "a good key, for something else",
    "404": "nobody and nothing by that name",
    "410": "erased, and stays so",
    "409": "true, but not now",
    "413": "beyond a limit",
    "422": "cannot be understood; sending it again would not help",
    "429": "too many look-ups that found nobody",
    "503": "not just now; send it again",
}
REF = "#/components/schemas/{name}"


class Described(Protocol):
    """What the document needs of an endpoint."""

    method: str
    path: str
    run: Any
    keys: str
    answers: Any
    takes: Any
    status: int
    asks: tuple[str, ...]


@cache
def document(endpoints: Iterable[Described]) -> dict[str, Any]:
    """OpenAPI 3.1."""
    listed = tuple(endpoints)
    kinds = [wire.ErrorAnswer, *(one.answers for one in listed), *(one.takes for one in listed if one.takes)]
    unique = [kind for kind in dict.fromkeys(kinds) if kind not in (str, dict, bytes, None)]
    _, schemas = msgspec.json.schema_components(unique, ref_template=REF)
    paths: dict[str, dict[str, Any]] = {}
    for one in listed:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Regulars", "version": __version__},
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
    }


def _operation(one: Described) -> dict[str, Any]:
    said = (one.run.__doc__ or one.run.__name__.replace("_", " ")).strip()
    operation: dict[str, Any] = {
        "operationId": one.run.__name__.rstrip("_"),
        "summary": said.partition("\n")[0],
        "description": f"Key: {one.keys}.",
        "responses": {
            str(one.status): {"description": "done", "content": _content(one.answers)},
            **{code: {"description": why, "content": _content(wire.ErrorAnswer)} for code, why in REFUSALS.items()},
        },
    }
    if "none" not in one.keys:
        operation["security"] = [{"key": []}]
    if one.takes is not None:
        operation["requestBody"] = {"required": True, "content": _content(one.takes)}
    operation["parameters"] = [
        *(_parameter(name, "path") for name in re.findall(r"{(\w+)}", one.path)),
        *(_parameter(name, "query") for name in one.asks),
    ]
    return operation


def _parameter(name: str, place: str) -> dict[str, Any]:
    return {"name": name, "in": place, "required": place == "path", "schema": {"type": "string"}}


def _content(kind: Any) -> dict[str, Any]:
    if kind is None:
        return {}
    if kind is dict:
        return {"application/json": {"schema": {"type": "object"}}}
    if kind is bytes:
        return {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    if kind is str:
        return {"text/plain": {"schema": {"type": "string"}}}
    if kind is wire.Transaction:
        ref = {"$ref": REF.format(name="Transaction")}
        batch = {"type": "array", "items": ref, "maxItems": wire.BATCH_MAX}
        return {"application/json": {"schema": {"oneOf": [ref, batch]}}, "application/x-ndjson": {"schema": ref}}
    return {"application/json": {"schema": {"$ref": REF.format(name=kind.__name__)}}}
