import os

from chatbot.processors import available


def test_as_many_as_are_asked_for_or_may_be_used() -> None:
    assert available(3) == 3
    before = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(before)})
        assert available() == 1
    finally:
        os.sched_setaffinity(0, before)
    assert available() == len(before)
