"""Questions that ask the same thing."""

from collections.abc import Sequence

import numpy as np

from chatbot.encoder import Vectors

SAME = 0.9  # cosine to the first question of a group


def group(vectors: Vectors, texts: Sequence[str], firsts: Sequence[int]) -> list[int]:
    """A number for each question, the same for those of one group, in order of first appearance.

    `vectors` are unit vectors (questions, dimension); `firsts` holds the position of the entry that
    answers each, -1 for none.
    """
    numbers: list[int] = []
    by_entry: dict[int, int] = {}
    by_text: dict[str, int] = {}
    leaders: list[int] = []  # the first question of each group that no entry answers
    of_leader: list[int] = []
    count = 0
    for place, (text, first) in enumerate(zip(texts, firsts, strict=True)):
        number = by_entry.get(first, -1) if first >= 0 else by_text.get(text, -1)
        if number < 0 and first < 0 and leaders:
            scores = np.asarray(vectors[leaders[-2_000:]]) @ vectors[place]
            best = int(scores.argmax())
            number = of_leader[-2_000:][best] if scores[best] >= SAME else -1
        if number < 0:
            number, count = count, count + 1
            if first < 0:
                leaders.append(place)
                of_leader.append(number)
        if first >= 0:
            by_entry[first] = number
        else:
            by_text[text] = number
        numbers.append(number)
    return numbers
