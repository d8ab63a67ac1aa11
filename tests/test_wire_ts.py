"""wire.ts says what wire.py says: nothing lost on the way, and optional only where a sender may leave it out."""

from __future__ import annotations

import re

import msgspec
import pytest

from loyalty import wire, wire_ts


@pytest.fixture(scope="module")
def interfaces():
    found = re.findall(r"export interface (\w+) \{\n(.*?)\n\}", wire_ts.render(), re.DOTALL)
    return {name: [line.strip() for line in body.splitlines()] for name, body in found}


def test_every_message_and_field_is_there(interfaces):
    structs = {
        name: value
        for module in wire_ts.MODULES
        for name, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, msgspec.Struct) and value is not msgspec.Struct
    }
    assert interfaces.keys() == structs.keys()
    for name, struct in structs.items():
        fields = [line.removeprefix("readonly ").partition(":")[0].rstrip("?") for line in interfaces[name]]
        config = struct.__struct_config__
        assert fields == [*([config.tag_field] if config.tag_field else []), *struct.__struct_encode_fields__]


@pytest.mark.parametrize(
    ("message", "line"),
    [
        ("Hello", 'readonly type: "hello";'),
        ("Hello", "readonly till?: string | null;"),
        ("Snapshot", "readonly cues: readonly Cue[];"),
        ("Cue", "readonly name: string | null;"),
        ("Cue", "readonly at: When;"),
        ("Cue", "readonly tone: Tone;"),
        ("Line", "readonly modifiers: readonly string[];"),
        ("Enrolment", "readonly greeting?: Greeting | null;"),
        ("Consents", "readonly offers: boolean;"),
        ("TierRule", 'readonly measure: "spend" | "top-spend" | "visits";'),
        ("Program", "readonly earn: readonly Earn[];"),
        ("Reward", "readonly worth?: number;"),
        ("Act", "readonly redeem?: Redeem;"),
        ("NewRedemption", "readonly till?: string | null;"),
    ],
)
def test_a_field_reads_as_in_typescript(interfaces, message, line):
    assert line in interfaces[message]


def test_what_a_screen_receives_is_whole():
    """The service writes every field of a message, so no screen needs to ask whether one is there."""
    answer = msgspec.json.decode(msgspec.json.encode(wire.Fault(code="c", message="m")))
    assert answer == {"code": "c", "message": "m", "at": ""}


def test_unions_and_limits_have_their_names():
    text = wire_ts.render()
    assert "export type ScreenMessage = Hello | Done | Undo | AtScreen;" in text
    assert f"export const LINES_MAX = {wire.LINES_MAX};" in text
    assert "REVISION_MAX" not in text, "a JavaScript number cannot count that far"


def test_a_stale_file_is_told(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(wire_ts, "TARGET", tmp_path / "src" / "wire.ts")
    assert wire_ts.main(["--check"]) == 1
    assert "make wire" in capsys.readouterr().err
    assert wire_ts.main(["--write"]) == 0
    assert wire_ts.main(["--check"]) == 0
    wire_ts.TARGET.write_text(wire_ts.render().replace("Tone", "Mood"), encoding="utf-8")
    assert wire_ts.main(["--check"]) == 1
