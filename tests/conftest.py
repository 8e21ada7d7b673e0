import shutil
import subprocess
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from chatbot import building, faq
from chatbot import settings as settings_file
from chatbot.answering import Answerer
from chatbot.api import app
from chatbot.encoder import Encoder, Vectors, open_encoder
from chatbot.index import Index, fingerprint
from chatbot.settings import Settings
from chatbot.trial import Current

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def settings() -> Settings:
    return settings_file.read(ROOT)


@pytest.fixture(scope="session")
def answerer(settings: Settings) -> Answerer:
    return Answerer.open(settings)


@pytest.fixture(scope="session")
def client(settings: Settings, answerer: Answerer) -> TestClient:
    return TestClient(app.create(settings, answerer))


@pytest.fixture(scope="session")
def altered(settings: Settings, answerer: Answerer) -> Callable[..., TestClient]:
    """Makes a client of the same service with fields of entries, or the encoder, changed.

    Where no entry is named, the fields of every entry are.
    """
    index, manifest = Index.open(settings.index)
    same = open_encoder(settings.index / "encoder", settings.threads)

    def make(entry_id: str = "", encoder: Encoder = same, **fields: object) -> TestClient:
        entries = (
            one.model_copy(update=fields) if entry_id in ("", one.id) else one
            for one in answerer.faq.entries
        )
        faq = replace(answerer.faq, entries=tuple(entries))
        other = Answerer(
            faq, encoder, index, manifest, answerer.calibration, answerer.vocabulary, settings
        )
        return TestClient(app.create(settings, other))

    return make


@pytest.fixture(scope="session")
def judging(answerer: Answerer) -> Callable[[float, float], Answerer]:
    """Makes the same answerer with other thresholds, for answers and for choices.

    Beyond 1 nothing is sure, or likely, enough; at 0 everything is.
    """

    def make(threshold: float, offered: float = 2.0) -> Answerer:
        other = copy(answerer)
        other.stated = answerer.stated.model_copy(update={"threshold": threshold})
        other.calibration = answerer.calibration.model_copy(update={"offered": offered})
        return other

    return make


class BrokenEncoder:
    """An encoder whose error holds what it was given."""

    sha256 = ""

    def encode(self, texts: Sequence[str]) -> Vectors:
        raise ValueError(f"cannot encode {texts}")


@pytest.fixture(scope="session")
def broken(altered: Callable[..., TestClient]) -> TestClient:
    """A client of a service that fails at every question."""
    return altered(encoder=BrokenEncoder())


@pytest.fixture(scope="session")
def current(settings: Settings) -> Current:
    """The FAQ as adopting starts from it."""
    return Current(settings)


Office = Callable[[Path, str, Path], Path]


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """LibreOffice: opens a file, saves it as another kind in another folder, and gives its path.

    Its profile is made once, which takes longer than any file.
    """
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice (soffice) is not installed")
    profile = tmp_path_factory.mktemp("office").as_uri()

    def save(path: Path, kind: str, folder: Path) -> Path:
        command = [program, f"-env:UserInstallation={profile}", "--headless", "--convert-to", kind]
        command += ["--outdir", str(folder), str(path)]
        subprocess.run(command, capture_output=True, check=True, timeout=120)
        return folder / f"{path.stem}.{kind}"

    return save


@pytest.fixture(scope="session")
def freshen(current: Current) -> Callable[[Path], None]:
    """Builds the index of a folder whose texts are mostly those of the FAQ, and so quickly."""

    def build(home: Path) -> None:
        content, version = faq.load(home), fingerprint(home)
        precision = current.settings.precision
        building.build(content, version, current.encoder, home / "index", precision)

    return build


@pytest.fixture(scope="session")
def small_home(freshen: Callable[[Path], None], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all entries, every 28th phrasing and a fresh index; not to be written to."""
    home = tmp_path_factory.mktemp("small")
    (home / "index").mkdir()
    for name in ("faq.jsonl", "glossary.jsonl", "chatbot.toml", "index/calibration.json"):
        shutil.copy(ROOT / name, home / name)
    lines = (ROOT / "phrasings.jsonl").read_bytes().split(b"\n")[:-1:28]
    (home / "phrasings.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))
    freshen(home)
    return home
