import pytest

from chatbot.asking import asks, begins_asking


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Is LIFT gone", True),
        ("so whats happening", True),
        ("Hello, can you help", True),
        ("LIFT is gone?", True),
        ("(LIFT is gone?)", True),
        ("I would like to know the dates", True),
        ("we'd love to know more", True),
        ("any news on HNF", True),
        ("please can you confirm the dates", True),
        ("LIFT is gone", False),
        ("We are a small school.", False),
        ("Whatever you say", False),
        ("island school", False),
        ("", False),
    ],
)
def test_a_text_asks_by_its_mark_or_its_first_words(text: str, asked: bool) -> None:
    assert asks(text) is asked
    assert begins_asking(text) is (asked and "LIFT is gone?" not in text)
