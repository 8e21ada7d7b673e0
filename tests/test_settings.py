from pathlib import Path

import pytest

from chatbot import faq, settings
from chatbot.errors import SettingsError

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in settings.Settings.model_fields:
        monkeypatch.delenv(f"CHATBOT_{name.upper()}", raising=False)


def write(folder: Path, toml: str) -> Path:
    (folder / "chatbot.toml").write_text(toml, encoding="utf-8")
    return folder


def test_the_file_is_read(tmp_path: Path) -> None:
    home = write(
        tmp_path,
        'title = "Büro"\nintroduction = "Of May."\ncontact = "ask@council.example"\n'
        'examples = ["Who pays?", "When?"]\n'
        'encoder = "some/model"\nprecision = 0.9\nthreads = 2\nmax_body = 2048\n'
        "batch = false\nmax_upload = 4096\nmax_rows = 10\n"
        '[sentences]\ntie = "Which?"\nrude = ""\n'
        '[audiences.school]\nname = "schools"\nwords = ["school", "academy"]\n',
    )
    read = settings.read(home)
    assert read.model_dump() == {
        "home": home,
        "title": "Büro",
        "organisation": "",
        "introduction": "Of May.",
        "contact": "ask@council.example",
        "examples": ("Who pays?", "When?"),
        "sentences": settings.Sentences().model_dump() | {"tie": "Which?", "rude": ""},
        "audiences": {"school": {"name": "schools", "words": ("school", "academy")}},
        "encoder": "some/model",
        "precision": 0.9,
        "threads": 2,
        "max_body": 2048,
        "batch": False,
        "max_upload": 4096,
        "max_rows": 10,
    }
    assert read.index == home / "index"


def test_without_a_file_there_are_defaults(tmp_path: Path) -> None:
    assert settings.read(tmp_path).model_dump() == {
        "home": tmp_path,
        "title": "Questions and answers",
        "organisation": "",
        "introduction": "",
        "contact": "",
        "examples": (),
        "sentences": settings.Sentences().model_dump(),
        "audiences": {},
        "encoder": "",
        "precision": 0.95,
        "threads": 0,
        "max_body": 262_144,
        "batch": True,
        "max_upload": 20_000_000,
        "max_rows": 20_000,
    }


@pytest.mark.parametrize(
    ("variable", "given", "value"),
    [
        ("CHATBOT_TITLE", "Of the environment", "Of the environment"),
        ("CHATBOT_PRECISION", "0.8", 0.8),
        ("CHATBOT_THREADS", "4", 4),
        ("CHATBOT_EXAMPLES", '["Why?"]', ("Why?",)),
        (
            "CHATBOT_SENTENCES",
            '{"tie": "One of?"}',
            settings.Sentences(tie="One of?", rude="Of the file"),
        ),
        (
            "CHATBOT_AUDIENCES",
            '{"parent": {"name": "parents", "words": ["mum"]}}',
            {"parent": settings.Audience(name="parents", words=("mum",))},
        ),
    ],
)
def test_the_environment_wins_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, given: str, value: object
) -> None:
    monkeypatch.setenv(variable, given)
    write(
        tmp_path,
        'title = "Of the file"\nprecision = 0.9\nthreads = 2\nexamples = ["Who?"]\n'
        '[sentences]\ntie = "Which?"\nrude = "Of the file"\n',
    )
    name = variable.removeprefix("CHATBOT_").lower()
    assert getattr(settings.read(tmp_path), name) == value


@pytest.mark.parametrize(
    ("toml", "name"),
    [
        ('titel = "A slip"', "titel"),
        ("title = 1", "title"),
        ('contact = "nobody"', "contact"),
        ('contact = "a@b.example, c@d.example"', "contact"),
        ('contact = "<a@b.example>"', "contact"),
        ("precision = 1.0", "precision"),
        ("precision = 0", "precision"),
        ('precision = "high"', "precision"),
        ("threads = -1", "threads"),
        ("max_body = 1023", "max_body"),
        ("examples = [1]", "examples.0"),
        ("[server]\nport = 1", "server"),
        ('[sentences]\ngreting = "Hi"', "sentences.greting"),
        ("[sentences]\ngreeting = 1", "sentences.greeting"),
        ('sentences = "Hi"', "sentences"),
        ('[audiences.school]\nname = "schools"', "audiences.school.words"),
        ('[audiences.school]\nwords = ["school"]', "audiences.school.name"),
        ('[audiences.school]\nname = "s"\nwords = []\nword = "a"', "audiences.school.word"),
        ('audiences = ["school"]', "audiences"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, toml: str, name: str) -> None:
    with pytest.raises(SettingsError, match=rf"^setting '{name}': "):
        settings.read(write(tmp_path, toml))


@pytest.mark.parametrize(
    ("variable", "given", "named"),
    [
        ("CHATBOT_PRECISION", "2", "setting 'precision'"),
        ("CHATBOT_THREADS", "many", "setting 'threads'"),
        ("CHATBOT_CONTACT", "nobody", "setting 'contact'"),
        ("CHATBOT_EXAMPLES", "Who pays?", 'environment: .*"examples".*JSON'),
        ("CHATBOT_AUDIENCES", "school", 'environment: .*"audiences".*JSON'),
        ("CHATBOT_SENTENCES", '{"greting": "Hi"}', r"setting 'sentences\.greting'"),
    ],
)
def test_a_wrong_variable_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, given: str, named: str
) -> None:
    monkeypatch.setenv(variable, given)
    with pytest.raises(SettingsError, match=f"^{named}"):
        settings.read(tmp_path)


@pytest.mark.parametrize("content", [b'title = "open', b"title", b'title = "\xff"'])
def test_a_file_that_is_not_toml_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "chatbot.toml").write_bytes(content)
    with pytest.raises(SettingsError, match=r"chatbot\.toml: not valid TOML: "):
        settings.read(tmp_path)


def test_the_folder_of_the_environment_is_the_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHATBOT_HOME", str(tmp_path))
    write(tmp_path, 'title = "Elsewhere"')
    read = settings.read()
    assert (read.home, read.title) == (tmp_path, "Elsewhere")


def test_the_folder_given_wins_over_that_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHATBOT_HOME", "/nowhere")
    assert settings.read(tmp_path).home == tmp_path


def test_the_checkout_is_the_home_where_none_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    assert settings.read().home == ROOT


def test_every_setting_is_described() -> None:
    assert all(field.description for field in settings.Settings.model_fields.values())


def test_nothing_is_said_of_a_risk_until_an_officer_has_filled_it_in() -> None:
    sentences = settings.Sentences().model_dump()
    assert [name for name, sentence in sentences.items() if not sentence] == ["safeguarding"]


def test_the_audiences_of_the_entries_are_all_set_up() -> None:
    named = {one for entry in faq.load(ROOT).entries for one in entry.audience}
    groups = settings.read(ROOT).audiences
    assert named <= set(groups)
    assert all(group.name and group.words for group in groups.values())
