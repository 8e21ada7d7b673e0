#!/usr/bin/env python3
"""Fit chatbot/reading.json: what tells separate questions apart, and follow-ups from others.

    python scripts/fit_reading.py

From the labelled messages in scripts/reading/, written for this alone, as the index of this
checkout judges them. Run it after the encoder or its calibration has changed.
"""

from itertools import pairwise
from pathlib import Path

import numpy as np

from chatbot import message_evaluation, reading, settings
from chatbot.answering import Answerer
from chatbot.confidence import Logistic, logistic
from chatbot.message_evaluation import Conversation, Multi
from chatbot.splitting import stretches
from chatbot.text import clean_lines

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "scripts/reading"
RIDGE = 1.0


def part_of(message: Multi, place: int) -> int:
    """The part that the text at `place` of the message belongs to."""
    starts = [message.text.find(part.text) for part in message.parts]
    return max((n for n, start in enumerate(starts) if start <= place), default=0)


def neighbours(answerer: Answerer) -> tuple[list[np.ndarray], list[bool]]:
    """The figures of neighbouring units, and whether they are two questions."""
    figures, apart = [], []
    for message in message_evaluation.read(FOLDER / "multi.jsonl"):
        assert isinstance(message, Multi)
        units = reading.units_of(stretches(clean_lines(message.text)))
        judged = answerer.lookup.judge([unit.stretch.text for unit in units])
        places, at = [], 0
        for unit in units:
            at = max(at, message.text.find(unit.stretch.text, at))
            places.append(part_of(message, at + len(unit.stretch.text) - 1))
        for n, (before, after) in enumerate(pairwise(units)):
            if after.stretch.item:  # a question of its own without more
                continue
            (both,) = answerer.lookup.judge([f"{before.stretch.text} {after.stretch.text}"])
            figures.append(reading.apart_figures(before, after, judged[n], judged[n + 1], both))
            apart.append(places[n] != places[n + 1])
    return figures, apart


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
        apart=fitted("two questions", *neighbours(answerer)),
        alone=fitted("stands alone", *turns(answerer)),
    )
    reading.FILE.write_text(models.model_dump_json(indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
