"""`/openapi.json`: every HTTP endpoint, generated from the list of routes and the types of the wire."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any, Protocol

import msgspec

from loyalty import __version__, wire

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


@cache
def document(endpoints: Iterable[Described]) -> dict[str, Any]:
    """OpenAPI 3.1."""
    listed = tuple(endpoints)
    kinds = [wire.ErrorAnswer, *(one.answers for one in listed), *(one.takes for one in listed if one.takes)]
    unique = [kind for kind in dict.fromkeys(kinds) if kind is not str]
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
            "4XX": {"description": "refused, with the reason", "content": _content(wire.ErrorAnswer)},
            "503": {"description": "not just now; send it again", "content": _content(wire.ErrorAnswer)},
        },
    }
    if "none" not in one.keys:
        operation["security"] = [{"key": []}]
    if one.takes is not None:
        operation["requestBody"] = {"required": True, "content": _content(one.takes)}
    names = re.findall(r"{(\w+)}", one.path)
    if names:
        operation["parameters"] = [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names
        ]
    return operation


def _content(kind: Any) -> dict[str, Any]:
    if kind is str:
        return {"text/plain": {"schema": {"type": "string"}}}
    if kind is wire.Transaction:
        ref = {"$ref": REF.format(name="Transaction")}
        batch = {"type": "array", "items": ref, "maxItems": wire.BATCH_MAX}
        return {"application/json": {"schema": {"oneOf": [ref, batch]}}, "application/x-ndjson": {"schema": ref}}
    return {"application/json": {"schema": {"$ref": REF.format(name=kind.__name__)}}}
