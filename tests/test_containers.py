"""What the Dockerfile and docker-compose.yml name is there, starts in order, watches itself and keeps its secrets."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from loyalty.__main__ import commands
from loyalty.settings import IN_FILE, PREFIX, TABLE, settings

ROOT = Path(__file__).parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text())
STEPS = [line.split(maxsplit=1) for line in DOCKERFILE.splitlines() if line and not line.startswith("#")]


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_watches_itself_and_comes_back(name: str):
    service = SERVICES[name]
    assert service["healthcheck"]["test"][0] == "CMD"
    assert service["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_service_waits_for_is_there_and_says_when_it_is_well(name: str):
    for other, how in SERVICES[name].get("depends_on", {}).items():
        assert how == {"condition": "service_healthy"}
        assert "healthcheck" in SERVICES[other]


@pytest.mark.parametrize("name", SERVICES)
def test_secrets_are_files_and_are_given_to_whoever_reads_them(name: str):
    service = SERVICES[name]
    given = {f"/run/secrets/{secret}" for secret in service.get("secrets", ())}
    read = {value for value in service.get("environment", {}).values() if str(value).startswith("/run/secrets/")}
    assert given == read
    for variable, value in service.get("environment", {}).items():
        assert "PASSWORD" not in variable or variable.endswith("_FILE")
        assert not re.search(r"://[^/]*:[^/]*@", str(value)), "an address with a password in it"


def test_every_secret_is_a_file_outside_the_repository():
    assert all(set(secret) == {"file"} for secret in COMPOSE["secrets"].values())
    folders = {Path(secret["file"]).parts[0] for secret in COMPOSE["secrets"].values()}
    assert folders == {"secrets"}
    assert "secrets/" in (ROOT / ".gitignore").read_text().splitlines()
    assert (ROOT / ".dockerignore").read_text().splitlines()[1] == "*", "nothing gets into the image that is not named"


def test_what_is_mounted_is_there():
    for service in SERVICES.values():
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            assert source in COMPOSE["volumes"] or (ROOT / source).is_file(), volume


def test_the_service_is_told_only_what_it_understands(tmp_path: Path):
    """The settings of the compose file are settings of ours, and together they make sense."""
    (tmp_path / "secret").write_text("s3cret/\n")
    environment: dict[str, str] = {}
    for name, value in SERVICES["service"]["environment"].items():
        assert name.removeprefix(PREFIX).removesuffix(IN_FILE).lower() in {one.name for one in TABLE}, name
        text = re.sub(r"\$\{\w+:\?[^}]*\}", "cafe.example", re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", str(value)))
        environment[name] = str(tmp_path / "secret") if name.endswith(IN_FILE) else text
    made = settings({}, environment)
    assert made.database == "postgresql://regulars:s3cret%2F@database/regulars"
    assert made.workers > 1
    assert made.bus.startswith("redis://bus")
    assert made.url == "https://cafe.example"


def test_commands_that_are_named_exist():
    named = [SERVICES["service"]["command"], _words(_last("CMD"))]
    named += [shlex.split(line[1:])[4:] for line in _comments() if line.startswith("#   docker compose exec")]
    for command in named:
        assert command[0] == "loyalty"
        options = {option for parameter in commands.commands[command[1]].params for option in parameter.opts}
        assert {word for word in command if word.startswith("--")} <= options


def test_the_image_is_made_of_what_is_there():
    for kind, rest in STEPS:
        if kind == "COPY" and "--from=" not in rest:
            *sources, _ = rest.split()
            assert all((ROOT / source).exists() for source in sources), rest
            kept = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
            assert set(sources) <= kept, rest


def test_the_image_runs_as_nobody_in_particular_and_watches_itself():
    last = [kind for kind, _ in STEPS[_last_stage() :]]
    assert {"USER", "HEALTHCHECK", "CMD"} <= set(last)
    assert _last("USER") not in ("root", "0")


def _last_stage() -> int:
    return max(place for place, (kind, _) in enumerate(STEPS) if kind == "FROM")


def _last(kind: str) -> str:
    return [rest for name, rest in STEPS if name == kind][-1]


def _words(array: str) -> list[str]:
    found: list[str] = yaml.safe_load(array)
    return found


def _comments() -> list[str]:
    return [line for line in (ROOT / "docker-compose.yml").read_text().splitlines() if line.startswith("#")]
