#!/usr/bin/env python3
"""Fit what takes messages apart: chatbot/segmenting.crfsuite and chatbot/reading.json.

    python scripts/fit_reading.py

From the labelled messages in scripts/reading/, written for this alone, as the index of this
checkout judges them. Run it after the encoder or its calibration has changed.
"""

import random
import re
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pycrfsuite

from chatbot import faq, message_evaluation, reading, segmenting, settings
from chatbot.answering import Answerer
from chatbot.asking import asks
from chatbot.confidence import Logistic, logistic
from chatbot.message_evaluation import Conversation, Multi
from chatbot.segmenting import BACKGROUND, BEGINS, GOES_ON, Segment, Segmenter, Token
from chatbot.text import clean_lines, sentences

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "scripts/reading"
RIDGE = 1.0
FOLDS = 8
PLAIN = 2_400  # phrasings of one sentence that are shown as what is not to be cut
COMPOSED = 500
SHORT = 4  # words of a courtesy
# What sets questions apart, and the mark they end with.
JOINS = (
    (" ", "?"),
    (" ", "?"),
    ("\n", "?"),
    ("\n", ""),
    (". ", ""),
    (" Also, ", "?"),
    (" and also ", ""),
    (" and ", ""),
    ("\n- ", ""),
    ("\n- ", "?"),
    ("\n• ", ""),
    ("\n{}. ", ""),
    ("\n{}) ", "?"),
    (" {}. ", ""),
)
TRAINING = {
    "c1": 0.3,
    "c2": 0.1,
    "max_iterations": 100,
    "feature.possible_transitions": True,
    "feature.minfreq": 3,
}

TOLD = re.compile(r"[^.?!\n]*[.!\n]+\s*(?=\w)")  # a sentence that is followed by another

Spans = list[tuple[int, int]]


def spans(text: str, parts: Sequence[str]) -> Spans:
    """Where each part stands in the text."""
    found, at = [], 0
    for part in parts:
        start = text.index(part, at)
        at = start + len(part)
        found.append((start + len(part) - len(from_its_question(part)), at))
    return found


def from_its_question(part: str) -> str:
    """A part without the sentences before the one that asks: writers differ in labelling those."""
    while told := TOLD.match(part):
        rest = part[told.end() :]
        if asks(told[0].strip()) or not any(map(asks, sentences(rest))):
            break
        part = rest
    return part


def labels(found: Sequence[Token], parts: Spans) -> list[str]:
    """The label of each token. What leads into a part, in its sentence, is labelled as of it."""
    starts = segmenting.sentence_starts(found)
    given = [BACKGROUND] * len(found)
    free = 0  # the first token after the part before
    for start, end in parts:
        inside = [n for n, one in enumerate(found) if one.end > start and one.start < end]
        first = max(starts[inside[0]], free)
        last = inside[-1]
        for n in range(first, len(found)):
            if n > last and starts[n] != starts[last]:
                break
            given[n] = GOES_ON
        while first < inside[0] and not found[first].text[0].isalnum():
            first += 1
        given[first] = BEGINS
        free = last + 1
    return given


def train(messages: Sequence[tuple[str, Spans]], out: Path) -> Segmenter:
    """A segmenter fitted to the messages."""
    trainer = pycrfsuite.Trainer(verbose=False)
    trainer.set_params(TRAINING)
    for text, parts in messages:
        found = segmenting.tokens(text)
        trainer.append(segmenting.features(found), labels(found, parts))
    trainer.train(str(out))
    return Segmenter(out)


def plain_questions() -> list[tuple[str, Spans]]:
    """Phrasings of one sentence, each one question."""
    texts = [one.text for one in faq.load(ROOT).phrasings if not one.after]
    texts = [text for text in texts if not re.search(r"[.?!;\n]\s*\S", text)]
    return [(text, [(0, len(text))]) for text in random.Random(0).sample(texts, PLAIN)]


def background(messages: Iterable[tuple[str, Spans]]) -> list[str]:
    """The sentences of messages that are no part of any question."""
    found = []
    for text, parts in messages:
        here = segmenting.tokens(text)
        starts, given = segmenting.sentence_starts(here), labels(here, parts)
        for start in sorted(set(starts)):
            inside = [n for n, one in enumerate(starts) if one == start]
            if all(given[n] == BACKGROUND for n in inside) and len(inside) > SHORT:
                found.append(text[here[start].start : here[inside[-1]].end].strip())
    return found


def composed(questions: Sequence[str], before: Sequence[str]) -> list[tuple[str, Spans]]:
    """Plain messages put together: background, then questions set apart as lists and marks do.

    People who write examples think of the hard ones; without these the model learns no plain ones.
    """
    chance = random.Random(0)
    made = []
    for _ in range(COMPOSED):
        text = chance.choice(before) + chance.choice(" \n") if chance.random() < 0.5 else ""
        mark, end = chance.choice(JOINS)
        parts = []
        for n in range(chance.choice((1, 2, 2, 3, 4))):
            question = chance.choice(questions).rstrip(".?! ") + ("?" if end == "?" else "")
            if n or "{" in mark:
                text += mark.format(n + 1)
            elif mark.startswith("\n"):
                text += mark
            text = text.lstrip()
            parts.append((len(text), len(text) + len(question)))
            text += question
        made.append((text, parts))
    return made


def beginnings(segments: Sequence[Segment], text: str, parts: Spans) -> list[bool]:
    """Whether each segment is the first that ends in some part."""
    begun, at, latest = [], 0, -1
    for segment in segments:
        at = text.index(segment.text, at)
        end = at + len(segment.text) - 1
        part = max((n for n, (start, _) in enumerate(parts) if start <= end), default=-1)
        begun.append(part > latest)
        latest = max(latest, part)
    return begun


def segment_figures(answerer: Answerer) -> tuple[list[np.ndarray], list[bool]]:
    """The figures of segments, found by models that have not seen their writers, and the truth.

    Leaves the segmenter of all writers in its place.
    """
    messages: dict[str, list[tuple[str, Spans]]] = {}
    for n, message in enumerate(message_evaluation.read(FOLDER / "multi.jsonl")):
        assert isinstance(message, Multi)
        text = clean_lines(message.text)
        parts = spans(text, [clean_lines(part.text) for part in message.parts])
        # The oldest ones come from several writers; they are shared out by line.
        messages.setdefault(message.by if message.by != "a" else f"a{n % FOLDS}", []).append(
            (text, parts)
        )
    plain = plain_questions()
    every = [one for some in messages.values() for one in some]
    plain += composed([text for text, _ in plain], background(every))
    figures, begun = [], []
    with tempfile.TemporaryDirectory() as folder:
        for fold in range(FOLDS):
            out = sorted(messages)[fold::FOLDS]
            kept = [one for by, some in messages.items() if by not in out for one in some]
            segmenter = train([*plain, *kept], Path(folder) / f"{fold}.crfsuite")
            right = 0
            held_out = [one for by in out for one in messages[by]]
            for text, parts in held_out:
                segments = segmenter.segments(text)
                right += sum(one.probability >= 0.5 for one in segments) == len(parts)
                figures += reading.segment_figures(segments, answerer.lookup)
                begun += beginnings(segments, text, parts)
            print(f"without {', '.join(out)}: {right / len(held_out):.3f} by the words alone")
    train([*plain, *every], segmenting.FILE)
    return figures, begun


def turns(answerer: Answerer) -> tuple[list[np.ndarray], list[bool]]:
    """The figures of later turns, and whether they stand alone."""
    figures, alone = [], []
    for conversation in message_evaluation.read(FOLDER / "conversations.jsonl"):
        assert isinstance(conversation, Conversation)
        before = conversation.turns[0].text
        for turn in conversation.turns[1:]:
            (own,) = answerer.lookup.judge([turn.text])
            joined = answerer.lookup.judge_after(before, own)
            figures.append(reading.alone_figures(own, joined))
            alone.append(turn.alone)
            before = turn.text if turn.alone else f"{before} {turn.text}"
    return figures, alone


def fitted(name: str, figures: list[np.ndarray], labels: list[bool]) -> Logistic:
    """A model of all labels; prints how often models without a tenth of them are right there."""
    known, right = np.array(figures), np.array(labels)
    tenth = np.arange(len(right)) % 10
    hits = 0
    for out in range(10):
        kept = tenth != out
        model = logistic(known[kept], right[kept], np.ones(kept.sum()), RIDGE)
        hits += sum(
            (model(one) >= 0.5) == label
            for one, label in zip(known[~kept], right[~kept], strict=True)
        )
    print(f"{name}: {len(right)} labels, {right.mean():.2f} true, right {hits / len(right):.3f}")
    return logistic(known, right, np.ones(len(right)), RIDGE)


def main() -> None:
    answerer = Answerer.open(settings.read())
    models = reading.Reading(
        begins=fitted("a segment begins a question", *segment_figures(answerer)),
        alone=fitted("stands alone", *turns(answerer)),
    )
    reading.FILE.write_text(models.model_dump_json(indent=2) + "\n", encoding="utf-8")
    print(f"{segmenting.FILE.name}: {segmenting.FILE.stat().st_size / 1024:.0f} kB")


if __name__ == "__main__":
    main()
