"""`frontend/src/wire.ts`, generated from `wire.py` and the files beside it, so that one message has one definition in
both languages.

`make wire` writes it; `make check` fails while it is not current. What the service writes it writes whole, so fields
with a default are optional only in messages that nobody but a screen or an adapter sends.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import UnionType
from typing import Literal, get_args, get_origin

import msgspec
from msgspec import NODEFAULT, inspect

from loyalty import (
    wire,
    wire_card,
    wire_feedback,
    wire_gifts,
    wire_joins,
    wire_ledger,
    wire_pages,
    wire_people,
    wire_program,
    wire_staff,
    wire_tiers,
    wire_tills,
    wire_wallet,
)

TARGET = Path(__file__).parent.parent / "frontend" / "src" / "wire.ts"
MODULES = (
    *(wire, wire_program, wire_ledger, wire_tiers, wire_card, wire_pages, wire_staff, wire_people, wire_gifts),
    *(wire_joins, wire_tills, wire_feedback, wire_wallet),
)
HEAD = "// Generated from loyalty/wire.py and the wire_*.py beside it by `make wire`; change it there."
WIDTH_MAX = 120
SAFE_INTEGER_MAX = 2**53 - 1  # beyond it a JavaScript number skips integers

# Sent by screens and adapters only; a field with a default may be left out of these and of what only these hold.
INBOUND: tuple[type[msgspec.Struct], ...] = (
    wire.Transaction,
    wire.Presence,
    wire.StreamFrame,
    wire.Hello,
    wire.Done,
    wire.Undo,
    wire.AtScreen,
    wire.Enrolment,
    wire_joins.NewJoin,
    wire_joins.JoinForm,
    wire.NewRedemption,
    wire.NewShop,
    wire_program.Program,
    wire_ledger.NewAdjustment,
    wire_pages.Setup,
    wire_pages.SignIn,
    wire_pages.Assign,
    wire_pages.NewKey,
    wire_card.CardChange,
    *(wire_card.CardHello, wire_card.CardComing),
    wire_card.CardWishes,
    wire_card.CardClaim,
    wire_people.MergePair,
    wire_people.NewMerge,
    wire_people.MoveVisit,
    wire_people.NewSharer,
    wire_tiers.SetTier,
    wire_staff.NewMember,
    wire_staff.MemberChange,
    wire_staff.NewPin,
    wire_staff.SignOn,
    wire_gifts.NewPerk,
    wire_gifts.NewSurprise,
    wire_gifts.SetBudget,
    *(wire_feedback.CardAnswer, wire_feedback.NewSentence, wire_feedback.ShopSentence),
    wire_wallet.PassRegistration,
    wire_wallet.PassLog,
)

PLAIN: dict[type[inspect.Type], str] = {
    inspect.StrType: "string",
    inspect.IntType: "number",
    inspect.FloatType: "number",
    inspect.BoolType: "boolean",
    inspect.NoneType: "null",
    inspect.DateTimeType: "When",
    inspect.DateType: "Day",
    inspect.RawType: "unknown",
}


def render() -> str:
    """The whole of wire.ts."""
    blocks = ["\n".join((HEAD, *_limits())), *_aliases(), *_interfaces()]
    return "\n\n".join(blocks) + "\n"


def _limits() -> Iterator[str]:
    for name, value in _everything():
        if name.endswith("_MAX") and isinstance(value, int) and value <= SAFE_INTEGER_MAX:
            yield f"export const {name} = {value:_};"


def _aliases() -> Iterator[str]:
    yield "/** RFC 3339 with an offset. */\nexport type When = string;"
    yield "/** A date, such as 2026-10-05. */\nexport type Day = string;"
    for name, alias in _named().items():
        yield _wrapped(f"export type {name} = ", [_word(part) for part in get_args(alias)])


def _interfaces() -> Iterator[str]:
    structs = _structs()
    optional = _inbound_only(structs)
    for name, struct in structs.items():
        fields = [_field(field, optional=name in optional) for field in struct.fields]
        if struct.tag_field is not None:
            fields.insert(0, f"  readonly {struct.tag_field}: {_word(struct.tag)};")
        yield "\n".join((*_doc(struct.cls), f"export interface {name} {{", *fields, "}"))


def _field(field: inspect.Field, *, optional: bool) -> str:
    mark = "?" if _unset(field) or (optional and not field.required) else ""
    return f"  readonly {field.encode_name}{mark}: {_type(field.type)};"


def _unset(field: inspect.Field) -> bool:
    """Left out by the service too where nothing was said of it."""
    return not field.required and field.default is NODEFAULT and field.default_factory is NODEFAULT


def _type(kind: inspect.Type) -> str:
    match kind:
        case inspect.Metadata():
            return _type(kind.type)
        case inspect.StructType():
            return kind.cls.__name__
        case inspect.VarTupleType():
            return f"readonly {_item(_type(kind.item_type))}[]"
        case inspect.DictType():
            return f"Readonly<Record<{_type(kind.key_type)}, {_type(kind.value_type)}>>"
        case inspect.LiteralType():
            return _name_of(_word(value) for value in kind.values)
        case inspect.UnionType():
            return _union(kind.types)
    if type(kind) in PLAIN:
        return PLAIN[type(kind)]
    raise TypeError(f"wire_ts: no TypeScript is known for {kind}; add it to PLAIN")


def _union(kinds: Iterable[inspect.Type]) -> str:
    """A union by its own name where it has one; null comes last, as people write it."""
    parts = [_type(kind) for kind in kinds]
    named = _name_of(part for part in parts if part != "null")
    return f"{named} | null" if "null" in parts else named


def _name_of(words: Iterable[str]) -> str:
    listed = list(words)
    for name, alias in _named().items():
        if {_word(part) for part in get_args(alias)} == set(listed):
            return name
    return " | ".join(listed)


def _everything() -> Iterator[tuple[str, object]]:
    """Whatever the modules hold, each name once."""
    return iter({name: value for module in MODULES for name, value in vars(module).items()}.items())


def _named() -> dict[str, object]:
    """The choices that wire.py gives a name to, in its order."""
    return {
        name: value for name, value in _everything() if get_origin(value) is Literal or isinstance(value, UnionType)
    }


def _structs() -> dict[str, inspect.StructType]:
    found = {}
    owners = {module.__name__ for module in MODULES}
    for name, value in _everything():
        if isinstance(value, type) and issubclass(value, msgspec.Struct) and value.__module__ in owners:
            kind = inspect.type_info(value)
            assert isinstance(kind, inspect.StructType)
            found[name] = kind
    return found


def _inbound_only(structs: dict[str, inspect.StructType]) -> set[str]:
    inward = {name for cls in INBOUND for name in _reached(structs[cls.__name__])}
    outward = {name for start in structs.keys() - inward for name in _reached(structs[start])}
    return inward - outward


def _reached(kind: inspect.Type) -> Iterator[str]:
    match kind:
        case inspect.StructType():
            yield kind.cls.__name__
            for field in kind.fields:
                yield from _reached(field.type)
        case inspect.Metadata():
            yield from _reached(kind.type)
        case inspect.VarTupleType():
            yield from _reached(kind.item_type)
        case inspect.UnionType():
            for part in kind.types:
                yield from _reached(part)


def _doc(cls: type) -> tuple[str, ...]:
    text = cls.__dict__.get("__doc__")
    return (f"/** {' '.join(text.split())} */",) if text else ()


def _word(value: object) -> str:
    return value.__name__ if isinstance(value, type) else msgspec.json.encode(value).decode()


def _item(kind: str) -> str:
    return f"({kind})" if " " in kind else kind


def _wrapped(start: str, parts: list[str]) -> str:
    line = f"{start}{' | '.join(parts)};"
    return line if len(line) <= WIDTH_MAX else start.rstrip() + "".join(f"\n  | {part}" for part in parts) + ";"


def main(arguments: list[str] | None = None) -> int:
    """Write the file, or say whether it is current: exit 0 if so, 1 if not."""
    parser = argparse.ArgumentParser(prog="python -m loyalty.wire_ts", description=__doc__)
    mode = parser.add_mutually_exclusive_group(required=True)
    mode.add_argument("--write", action="store_true", help="write frontend/src/wire.ts")
    mode.add_argument("--check", action="store_true", help="fail if it is not current")
    if parser.parse_args(arguments).write:
        TARGET.parent.mkdir(parents=True, exist_ok=True)
        TARGET.write_text(render(), encoding="utf-8")
        return 0
    if TARGET.is_file() and TARGET.read_text(encoding="utf-8") == render():
        return 0
    sys.stderr.write("frontend/src/wire.ts is not what loyalty/wire.py says: run `make wire`\n")
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
