"""Settings: `chatbot.toml` beside the FAQ, and environment variables CHATBOT_..., which win."""

import os
from pathlib import Path
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)
from pydantic_settings import SettingsError as SourceError

from chatbot.errors import SettingsError
from chatbot.faq import ENTRIES_FILE
from chatbot.processors import available

SETTINGS_FILE = "chatbot.toml"


def default_home() -> Path:
    """The FAQ folder in use: CHATBOT_HOME, else the checkout, else the data of the package."""
    if given := os.environ.get("CHATBOT_HOME"):
        return Path(given)
    package = Path(__file__).resolve().parent
    return package.parent if (package.parent / ENTRIES_FILE).is_file() else package / "data"


class Sentences(BaseModel):
    """The fixed sentences: all that is ever said besides stored answers; empty ones are not."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    greeting: str = "Hello. Please type your question in your own words."
    thanks: str = "You are welcome."
    goodbye: str = "Goodbye."
    who_are_you: str = (
        "This is an automated service. Ask a question in your own words, and it looks for the "
        "stored answer."
    )
    robot: str = "This is an automated service. It shows stored answers, word for word."
    rude: str = "Sorry that this is not going well. Other words may help."
    test: str = "It works. Please type a question in your own words."
    yes_no: str = "Please type your question in full."
    privacy: str = (
        "No message is stored. Please leave out names and other details of children; "
        "they are not needed here."
    )
    not_covered: str = "The FAQ holds no sure answer to this."
    too_vague: str = "Please say a little more about what you would like to know."
    tie: str = "Which of these do you mean?"
    other_audience: str = "What the FAQ says about this is for others."
    personal_data: str = "Personal details are not needed here; this service does not store them."
    safeguarding: str = Field(
        default="",
        description="whom to contact where a child may be at risk or a person in crisis; "
        "nothing is said, nor looked for, until an officer has filled this in",
    )


class Audience(BaseModel):
    """A group of askers that some entries are for and others are not."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(description="as people call it")
    words: tuple[str, ...] = Field(description="what such an asker calls their place")


class Settings(BaseSettings):
    """Every setting, its default and what it does."""

    model_config = SettingsConfigDict(env_prefix="CHATBOT_", extra="forbid", frozen=True)
    _toml: ClassVar[Path] = Path(SETTINGS_FILE)

    home: Path = Field(description="folder of faq.jsonl, phrasings.jsonl, glossary.jsonl, index/")
    title: str = Field("Questions and answers", description="heading of the page and of the API")
    organisation: str = Field("", description="whose service it is, over the pages")
    introduction: str = Field(
        "", description="what a published document says before its sections; blank lines part it"
    )
    contact: str = Field(
        "", pattern=r"^$|^[^@\s<>]+@[^@\s<>]+$", description="mailbox for what is not answered"
    )
    examples: tuple[str, ...] = Field((), description="questions the page offers to start from")
    sentences: Sentences = Field(Sentences(), description="the fixed sentences")
    audiences: dict[str, Audience] = Field(
        {}, description="groups of askers by the name that entries give them in `audience`"
    )
    encoder: str = Field(
        "", description="folder or hub name of the encoder; the FAQ's own if empty"
    )
    precision: float = Field(
        0.95,
        gt=0,
        lt=1,
        description="share of answers that must be right on held-out phrasings",
    )
    threads: int = Field(0, ge=0, description="processors that answering may use; 0 for all")
    max_body: int = Field(262_144, ge=1_024, description="largest request body, in bytes")
    batch: bool = Field(True, description="whether lists of questions may be uploaded")
    max_upload: int = Field(20_000_000, ge=1_024, description="largest uploaded list, in bytes")
    max_rows: int = Field(20_000, ge=1, description="most rows of an uploaded list")

    @property
    def processors(self) -> int:
        """How many processors may be used."""
        return available(self.threads)

    @property
    def index(self) -> Path:
        """The folder of built artifacts."""
        return self.home / "index"

    @property
    def encoder_place(self) -> str | Path:
        """The encoder to open: the one set, else the FAQ's own, else the one that came along."""
        own = self.index / "encoder"
        return self.encoder or (own if own.is_dir() else default_home() / "index" / "encoder")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is given in code wins, then the environment, then the file."""
        toml = TomlConfigSettingsSource(settings_cls, toml_file=cls._toml)
        return init_settings, env_settings, toml


def read(home: Path | None = None) -> Settings:
    """The settings of the FAQ in `home`; `SettingsError` names the setting that is wrong."""
    folder = home or default_home()

    class OfFolder(Settings):
        _toml = folder / SETTINGS_FILE

    try:
        # The other settings come from the file and the environment.
        return OfFolder(home=folder)  # type: ignore[call-arg]
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"]))
        raise SettingsError(f"setting '{name}': {first['msg']}") from None
    except SourceError as error:  # a list in the environment that is not JSON
        raise SettingsError(f"environment: {error}; write it as JSON") from None
    except ValueError as error:  # tomllib's own kind is one
        raise SettingsError(f"{folder / SETTINGS_FILE}: not valid TOML: {error}") from None
