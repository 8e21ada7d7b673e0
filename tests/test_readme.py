"""What the README shows works as printed."""

import json
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from chatbot.cli import main
from chatbot.faq import Entry

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
COMMANDS = [
    shlex.split(line) for block in BLOCKS for line in block.replace("\\\n", " ").strip().split("\n")
]


@pytest.mark.parametrize("command", [one for one in COMMANDS if one[0] == ".venv/bin/chatbot"])
def test_each_command_works(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHATBOT_HOME", str(ROOT))
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    monkeypatch.chdir(tmp_path)
    ran = CliRunner().invoke(main, command[1:])
    assert ran.exit_code == 0, ran.output
    assert ran.output.strip()


def test_the_http_example_works(client: TestClient) -> None:
    (curl,) = [one for one in COMMANDS if one[0] == "curl"]
    body = json.loads(curl[curl.index("-d") + 1])
    reply = client.post(curl[1].removeprefix("http://127.0.0.1:8000"), json=body).json()
    assert reply["replies"][0]["match"]["entry_id"] == "stls-47"


def test_the_two_commands_exist_and_can_be_run() -> None:
    assert COMMANDS[:2] == [["scripts/serve"], ["scripts/test"]]
    assert all((ROOT / command[0]).stat().st_mode & 0o111 for command in COMMANDS[:2])


@pytest.mark.parametrize("page", sorted(set(re.findall(r"\]\((?!http)([^)#]+)\)", README))))
def test_each_link_leads_to_a_file(page: str) -> None:
    assert (ROOT / page).is_file()


def test_the_example_of_an_entry_is_one() -> None:
    (line,) = re.findall(r"```json\n(.*)\n```", README)
    assert Entry.model_validate_json(line).id == "parks-1"


def test_the_lines_for_a_portal_are_those_of_the_guide() -> None:
    lines = re.findall(r"```html\n(.*?)```", README, re.DOTALL)
    guide = re.findall(r"```html\n(.*?)```", (ROOT / "docs/widget.md").read_text(), re.DOTALL)
    assert lines == guide[:1]
