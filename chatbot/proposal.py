"""What would be put into an FAQ's files, and the files with it.

Nothing that stands in them is touched but phrasings that an officer names: lines are put in, and
every other byte stays as it is.
"""

import difflib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from chatbot import faq
from chatbot.errors import DataError
from chatbot.faq import ENTRIES_FILE, GLOSSARY_FILE, PHRASINGS_FILE, Entry, Phrasing
from chatbot.files import replace


@dataclass(frozen=True)
class Target:
    """What a group's questions are answered by, and what is put in for it."""

    where: str
    entry: Entry
    new: bool
    guessed: bool  # its section
    phrasings: tuple[Phrasing, ...]


@dataclass
class Proposal:
    """What would be put into the files, with a line for all that a person should know."""

    targets: list[Target] = field(default_factory=list)
    relabelled: dict[int, Phrasing] = field(default_factory=dict)  # by line of phrasings.jsonl
    notes: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    @property
    def entries(self) -> list[Entry]:
        """The new entries, in the order of the file."""
        return [one.entry for one in self.targets if one.new]

    @property
    def phrasings(self) -> list[Phrasing]:
        """The new phrasings, in the order of the file."""
        return [phrasing for one in self.targets for phrasing in one.phrasings]

    def in_words(self, unanswered: int) -> str:
        """A line for each answer that something is put in for, and the counts."""
        lines = []
        for one in self.targets:
            what = f"new in {one.entry.section or 'no section'}" + " (guessed)" * one.guessed
            many = len(one.phrasings)
            lines.append(
                f"{one.where}: {one.entry.id}, {what if one.new else 'already there'}, "
                f"{many} new phrasing{'s' * (many != 1)}"
            )
        lines.append(
            f"New entries: {len(self.entries)}; new phrasings: {len(self.phrasings)}; "
            f"relabelled: {len(self.relabelled)}. Groups left out: {len(self.left_out)}; "
            f"without an answer: {unanswered}."
        )
        return "\n".join(lines)

    @property
    def empty(self) -> bool:
        """Whether nothing would change."""
        return not (self.entries or self.phrasings or self.relabelled)


@dataclass(frozen=True)
class Files:
    """The content of an FAQ folder's files, as text."""

    entries: str
    phrasings: str
    glossary: str

    @classmethod
    def read(cls, folder: Path) -> "Files":
        """The files in `folder`; a missing one is empty."""
        names = (ENTRIES_FILE, PHRASINGS_FILE, GLOSSARY_FILE)
        return cls(
            *((folder / n).read_bytes().decode() if (folder / n).is_file() else "" for n in names)
        )

    def write(self, folder: Path, before: "Files | None" = None) -> None:
        """Write what differs from `before`, entries first; all is as before where one fails."""
        old = before or Files("", "", "")
        texts = (
            (ENTRIES_FILE, self.entries, old.entries),
            (PHRASINGS_FILE, self.phrasings, old.phrasings),
            (GLOSSARY_FILE, self.glossary, old.glossary),
        )
        written: list[tuple[Path, str]] = []
        for name, new, was in texts:
            if new == was:
                continue
            try:
                replace(folder / name, new.encode())
            except OSError as error:
                for path, text in written:
                    replace(path, text.encode())
                raise DataError(f"{folder / name}: cannot be written: {error.strerror}") from None
            written.append((folder / name, was))

    def diff(self, new: "Files") -> Iterator[str]:
        """The lines of a unified diff from these files to `new`."""
        pairs = (
            (ENTRIES_FILE, self.entries, new.entries),
            (PHRASINGS_FILE, self.phrasings, new.phrasings),
        )
        for name, before, after in pairs:
            yield from difflib.unified_diff(
                before.split("\n"), after.split("\n"), name, f"{name} (proposed)", n=1, lineterm=""
            )

    def with_proposal(self, proposal: Proposal) -> "Files":
        """The files with what is proposed: entries at the end of their section, phrasings last."""
        lines = self.entries.rstrip("\n").split("\n")
        last: dict[str, int] = {}  # section -> the line of its last entry
        for place, line in enumerate(lines):
            if line.strip():
                last[Entry.model_validate_json(line).section] = place
        added: dict[int, list[Entry]] = defaultdict(list)
        ends: dict[str, int] = {}  # of new sections, in their order behind all lines
        for entry in proposal.entries:
            end = ends.setdefault(entry.section, len(lines) + len(ends))
            added[last.get(entry.section, end)].append(entry)
        kept = []
        for place in range(len(lines) + len(ends)):
            kept += lines[place : place + 1]
            kept += faq.dump(added[place]).split("\n")[:-1]
        asked = self.phrasings.rstrip("\n").split("\n") if self.phrasings.strip() else []
        for number, phrasing in proposal.relabelled.items():
            asked[number - 1] = faq.dump([phrasing]).rstrip("\n")
        asked += faq.dump(proposal.phrasings).split("\n")[:-1]
        return Files("\n".join([*kept, ""]), "".join(f"{one}\n" for one in asked), self.glossary)


def phrasing_lines(files: Files) -> list[int]:
    """The line in phrasings.jsonl of each phrasing, from 1."""
    return [n for n, line in enumerate(files.phrasings.split("\n"), start=1) if line.strip()]
