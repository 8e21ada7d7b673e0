import pytest

from chatbot import message as messages
from chatbot.errors import MessageError
from chatbot.message import Message

TYPED = "Hello,\n\n1. Who  pays?\n2. Is <b>LIFT</b> gone?\n\nMany thanks\nthe SENCo"


def test_a_message_has_its_text_its_lines_and_itself_as_one_question() -> None:
    read = Message.of(TYPED)
    assert read.text == "Hello, 1. Who pays? 2. Is LIFT gone? Many thanks the SENCo"
    assert read.lines == "Hello,\n1. Who pays?\n2. Is LIFT gone?"
    assert read.whole == "Hello, 1. Who pays? 2. Is LIFT gone?"


def test_its_segments_are_found_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read = Message.of(TYPED)
    assert [one.text for one in read.segments] == ["Who pays?", "Is LIFT gone?"]
    monkeypatch.setattr(messages, "segmenter", None)
    assert len(read.segments) == 2


@pytest.mark.parametrize("typed", ["", " \n ", "<br>", "x" * 2_001])
def test_what_cannot_be_a_message_is_refused(typed: str) -> None:
    with pytest.raises(MessageError):
        Message.of(typed)
