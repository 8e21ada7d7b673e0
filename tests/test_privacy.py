import pytest

from chatbot.answering import Answerer
from chatbot.privacy import Finder, Found, Kind
from chatbot.settings import Settings
from chatbot.text import MAX_CHARACTERS

ORDINARY = [
    "who will support the children in year six when the early years link teacher is away",
    "what is it about special schools, is the primary school a secondary one",
    "how will this community of schools model work for our county council, will it, and is it",
    "i am asking about training and it is online",
    "could she be seen in year ten, key stage four",
]
FINDER = Finder(ORDINARY, ["Inclusion@kent.gov.uk"])


def found(text: str) -> list[tuple[Kind, str]]:
    return [(one.kind, text[one.start : one.end]) for one in FINDER.find(text)]


@pytest.mark.parametrize(
    ("text", "kind", "piece"),
    [
        ("My son is Harvey Brightwell and he is in Year 3", Kind.NAME, "Harvey Brightwell"),
        ("hi its Danielle Rushmere from year 5", Kind.NAME, "Danielle Rushmere"),
        ("I am the mum of Zoë Müller-Hahn", Kind.NAME, "Zoë Müller-Hahn"),
        ("Could Aoife O'Brien be seen again?", Kind.NAME, "Aoife O'Brien"),
        ("Will Harvey Brightwell keep his link teacher?", Kind.NAME, "Harvey Brightwell"),
        ("please ring Mrs Okonkwo at school", Kind.NAME, "Mrs Okonkwo"),
        ("as Dr. J. Patel wrote in May", Kind.NAME, "Dr. J. Patel"),
        ("she was born on the 3rd of March 2016", Kind.DATE_OF_BIRTH, "3rd of March 2016"),
        ("DOB 12/03/2016, who supports her", Kind.DATE_OF_BIRTH, "12/03/2016"),
        ("d.o.b. 12.3.16", Kind.DATE_OF_BIRTH, "12.3.16"),
        ("date of birth: 2016-03-12", Kind.DATE_OF_BIRTH, "2016-03-12"),
        ("her birthday is 5 May 2015", Kind.DATE_OF_BIRTH, "5 May 2015"),
        ("born March 12th, 2016", Kind.DATE_OF_BIRTH, "March 12th, 2016"),
        ("ring me on 07700 900123 please", Kind.PHONE, "07700 900123"),
        ("we are on 01622 694200 until four", Kind.PHONE, "01622 694200"),
        ("(01622) 694200 is the office", Kind.PHONE, "(01622) 694200"),
        ("from abroad +44 7700 900123", Kind.PHONE, "+44 7700 900123"),
        ("07700-900-123", Kind.PHONE, "07700-900-123"),
        ("write to senco@highfield.kent.sch.uk.", Kind.EMAIL, "senco@highfield.kent.sch.uk"),
        ("<j.o'neil+lift@example.org>", Kind.EMAIL, "j.o'neil+lift@example.org"),
        ("we live at ME14 1XQ", Kind.POSTCODE, "ME14 1XQ"),
        ("me141xq is our postcode", Kind.POSTCODE, "me141xq"),
        ("the office in SW1A 1AA", Kind.POSTCODE, "SW1A 1AA"),
        ("his NHS number is 943 476 5919", Kind.NHS_NUMBER, "943 476 5919"),
        ("number 943-476-5919, who do I ask", Kind.NHS_NUMBER, "943-476-5919"),
        ("EHCP for UPN H873105524016, what now", Kind.UPN, "H873105524016"),
        ("h87310552401a", Kind.UPN, "h87310552401a"),
        ("😀 مَن ME14 1XQ \u202e?", Kind.POSTCODE, "ME14 1XQ"),
    ],
)
def test_each_kind_is_found_and_masked_where_it_stands(text: str, kind: Kind, piece: str) -> None:
    start = text.index(piece)
    assert FINDER.find(text) == [Found(kind, start, start + len(piece))]
    assert FINDER.mask(text) == text.replace(piece, f"[{kind}]")


@pytest.mark.parametrize(
    "text",
    [
        "What changes in 2025-26 and 2026 – 2027?",
        "Is it £6,000 or £1,234,567,890.50 a year?",
        "See row 12345 and rows 100 200 3000 of the sheet",
        "All numbers that begin with 01622 or 0300",
        "ring 999, 111 or 0800 1111",
        "Will children open in T6 stay open in T1?",
        "from T6 to T1 and T 6 1AB",
        "Year 10 and Year 11, Key Stage 3 and 4",
        "The meeting is on 3 September 2025",
        "the form of 12/03/2025",
        "write to Inclusion@kent.gov.uk, INCLUSION@KENT.GOV.UK or inclusion@kent.gov.uk.",
        "Will The Early Years Link Teacher Support Children?",
        "WHO WILL SUPPORT THE CHILDREN IN YEAR SIX",
        "I'm Asking About Training",
        "Is It Online",
        "my son is in the primary school",
        "do you need the UPN, NHS number and date of birth on a form",
        "we must not miss the deadline",
        "UPN of I123456789012, twelve 123456789012",
        "1234567890123456789012",
        "a@b and @school",
        "",
        "?",
    ],
)
def test_what_is_no_personal_data_is_left_alone(text: str) -> None:
    assert FINDER.find(text) == []
    assert FINDER.mask(text) == text


@pytest.mark.parametrize(
    ("number", "valid"),
    [
        ("9434765919", True),
        ("943 476 5919", True),
        ("4010232137", True),
        ("9434765918", False),
        ("9434765910", False),
        ("9443765919", False),  # two digits changed places
        ("1000000010", False),  # its check would be 10, which no digit is
    ],
)
def test_ten_digits_are_an_nhs_number_where_the_check_digit_says_so(
    number: str, valid: bool
) -> None:
    assert (found(f"it is {number}") == [(Kind.NHS_NUMBER, number)]) is valid


@pytest.mark.parametrize("lead", ["NHS number", "nhs no:", "NHS", "her NHS number is"])
def test_ten_digits_are_an_nhs_number_where_the_words_say_so(lead: str) -> None:
    assert found(f"{lead} 123 456 7890") == [(Kind.NHS_NUMBER, "123 456 7890")]


def test_several_pieces_are_found_in_order() -> None:
    text = (
        "Mrs Okonkwo, DOB 1/2/1986, 07700 900123, mum@example.org, ME14 1XQ, NHS 943 476 5919, "
        "UPN H873105524016"
    )
    kinds = [kind for kind, _ in found(text)]
    assert kinds == [
        Kind.NAME,
        Kind.DATE_OF_BIRTH,
        Kind.PHONE,
        Kind.EMAIL,
        Kind.POSTCODE,
        Kind.NHS_NUMBER,
        Kind.UPN,
    ]
    assert FINDER.mask(text) == (
        "[name], DOB [date of birth], [phone number], [email address], [postcode], "
        "NHS [NHS number], UPN [unique pupil number]"
    )


@pytest.mark.parametrize(
    "text",
    [
        "07700900123@example.org",
        "Harvey.Brightwell@example.org",
        "ask Mrs Harvey Brightwell, my daughter Harvey Brightwell",
        "dob 12/03/2016 01622 694200",
        "NHS 0170 090 0123 07700 900123",
        "ME14 1XQ@example.org",
        "Mr Mr Smith Mr Smith",
        "07700 900123 " * 50,
    ],
)
def test_no_two_finds_overlap_and_all_lie_in_the_text(text: str) -> None:
    finds = FINDER.find(text)
    assert finds
    ends = [0, *(one.end for one in finds)]
    assert all(end <= one.start < one.end for end, one in zip(ends, finds, strict=False))
    assert ends[-1] <= len(text)


def test_what_lies_in_an_address_is_part_of_it() -> None:
    assert found("07700900123@example.org") == [(Kind.EMAIL, "07700900123@example.org")]


@pytest.mark.parametrize(
    "text",
    [
        "My son is Harvey Brightwell, DOB 12/03/2016, of ME14 1XQ",
        "07700 900123 or mum@example.org, NHS 943 476 5919, UPN H873105524016",
        "Mrs Okonkwo and Mr Lacey",
    ],
)
def test_in_a_masked_text_nothing_is_found(text: str) -> None:
    masked = FINDER.mask(text)
    assert masked != text
    assert FINDER.find(masked) == []
    assert FINDER.mask(masked) == masked


def test_a_name_of_ordinary_words_is_none() -> None:
    assert Finder(["my harvey was brightwell"]).find("Is Harvey Brightwell here") == []
    assert Finder(["my harvey was"]).find("is Harvey Brightwell here") == []
    assert len(Finder([]).find("is Harvey Brightwell here")) == 1


@pytest.mark.parametrize(
    "unit",
    ["x", "A", "0", "1", "?", "(", "[", "@", "+", ".", "\n", "😀", "\u202e", "٠"],
)
def test_one_sign_repeated_to_the_limit_is_none(unit: str) -> None:
    assert FINDER.find(unit * MAX_CHARACTERS) == []


@pytest.mark.parametrize(
    "unit",
    [
        "Aa ",
        "A'",
        "Aa'",
        "a.",
        "a@",
        "a@b.",
        "Mr ",
        "I am A ",
        "born ",
        "nhs ",
        "(0",
        "+44",
        "123 456 7890 ",
        "07700 900123 ",
        "1/1/",
        "ME1 ",
    ],
)
def test_what_looks_like_a_beginning_repeated_to_the_limit_comes_back(unit: str) -> None:
    message = (unit * MAX_CHARACTERS)[:MAX_CHARACTERS]
    finds = FINDER.find(message)
    assert all(one.start < one.end <= len(message) for one in finds)
    assert FINDER.mask(message)


def test_no_stored_question_nor_answer_of_the_faq_holds_personal_data(answerer: Answerer) -> None:
    texts = [text for entry in answerer.faq.entries for text in (entry.question, entry.answer)]
    assert [text for text in texts if answerer.personal.find(text)] == []


def test_the_mailbox_of_the_settings_is_known(answerer: Answerer, settings: Settings) -> None:
    assert settings.contact
    assert answerer.personal.find(f"I wrote to {settings.contact.upper()} in May") == []
    assert answerer.personal.find("I wrote to somebody@kent.gov.uk in May") != []


def test_a_message_with_personal_data_gets_the_note_and_its_answers(
    answerer: Answerer, settings: Settings
) -> None:
    answered = answerer.ask(
        "1. Where will STLS be based?\n2. What will replace LIFT?\nRing me on 07700 900123."
    )
    assert [note.text for note in answered.notes] == [settings.sentences.personal_data]
    matches = [one.match.entry_id for one in answered.replies if one.match]
    assert matches == ["stls-36", "stls-47"]


def test_a_message_without_personal_data_gets_no_note(answerer: Answerer) -> None:
    assert answerer.ask("Where will STLS be based?").notes == ()
