import shutil
from pathlib import Path

import pytest
from commands import ROOT

from chatbot.answering import Answerer
from chatbot.settings import Settings

QUESTIONS = ROOT / "tests" / "questions" / "questions.jsonl"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A copy of the FAQ's files, without its index."""
    for name in ("faq.jsonl", "phrasings.jsonl", "glossary.jsonl", "chatbot.toml"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


@pytest.fixture
def opened(answerer: Answerer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The FAQ of this checkout is opened once for all commands."""
    anew = Answerer.open

    def open_(settings: Settings) -> Answerer:
        return answerer if settings == answerer.settings else anew(settings)

    monkeypatch.setattr(Answerer, "open", open_)


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    """A dozen of the labelled questions."""
    path = tmp_path / "questions.jsonl"
    path.write_bytes(b"\n".join(QUESTIONS.read_bytes().split(b"\n")[::36][:12]))
    return path
