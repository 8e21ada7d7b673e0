"""Personal data in a message: found, so that a person can be told, and masked, to be passed on.

Names are found where they are written as names are; what a phone keyboard left in small letters is
not. What is found is never stored.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import phonenumbers

LEAST_DIGITS = 9  # of a phone number with its area; fewer may be an area alone


class Kind(StrEnum):
    """What a piece of personal data is."""

    NAME = "name"
    DATE_OF_BIRTH = "date of birth"
    PHONE = "phone number"
    EMAIL = "email address"
    POSTCODE = "postcode"
    NHS_NUMBER = "NHS number"
    UPN = "unique pupil number"


@dataclass(frozen=True)
class Found:
    """A piece of personal data, `text[start:end]`."""

    kind: Kind
    start: int
    end: int


_EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
# A letter, eleven digits, a digit or letter; I, O and S are not used (DfE guidance on UPNs).
_UPN = re.compile(r"\b[A-HJ-NP-RT-Z]\d{11}[\dA-HJ-NP-RT-Z]\b", re.IGNORECASE)
_TEN_DIGITS = re.compile(r"(?<![\d+])\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)")
_AREAS = (
    "AB|AL|B|BA|BB|BD|BH|BL|BN|BR|BS|BT|CA|CB|CF|CH|CM|CO|CR|CT|CV|CW|DA|DD|DE|DG|DH|DL|DN|DT|DY|E"
    "|EC|EH|EN|EX|FK|FY|G|GL|GU|GY|HA|HD|HG|HP|HR|HS|HU|HX|IG|IM|IP|IV|JE|KA|KT|KW|KY|L|LA|LD|LE"
    "|LL|LN|LS|LU|M|ME|MK|ML|N|NE|NG|NN|NP|NR|NW|OL|OX|PA|PE|PH|PL|PO|PR|RG|RH|RM|S|SA|SE|SG|SK|SL"
    "|SM|SN|SO|SP|SR|SS|ST|SW|SY|TA|TD|TF|TN|TQ|TR|TS|TW|UB|W|WA|WC|WD|WF|WN|WR|WS|WV|YO|ZE"
)
_POSTCODE = re.compile(
    rf"\b(?:{_AREAS})\d[A-Z\d]?\s?\d[ABD-HJLNP-UW-Z]{{2}}\b",
    re.IGNORECASE,
)
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_DATE = (
    r"(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d{2}-\d{2}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?(?: of)?[ -](?:{_MONTHS})[a-z]*,?[ -]\d{{2,4}}"
    rf"|(?:{_MONTHS})[a-z]* \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}})"
)
_BORN = re.compile(
    rf"\b(?:born|b\.|d\.?o\.?b\.?|date of birth|birthday)(?:[\s:,(-]|is|on|the|\w+day)*({_DATE})",
    re.IGNORECASE,
)
_CAPITAL = r"(?!I\b)[A-Z][a-zà-ÿ]*(?:['’-](?!s\b)[A-Z]?[a-zà-ÿ]+)*"
_TITLED = re.compile(
    rf"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof)\.? (?:[A-Z]\.? )?{_CAPITAL}(?: {_CAPITAL})*"
)
_CALLED = re.compile(
    r"\b(?:(?i:name is|name's|named|called|my name:|i am|i'm|it's|its|this is"
    r"|(?:my|our) (?:son|daughter|boy|girl|child|grandson|granddaughter|nephew|niece|twins?)"
    r"|pupil|student|parent of|mum of|dad of|mother of|father of))[,:]? "
    rf"({_CAPITAL}(?: {_CAPITAL})+)"
)
_CAPITALS = re.compile(rf"\b{_CAPITAL}(?: {_CAPITAL})+")


def written_small(texts: Iterable[str]) -> frozenset[str]:
    """The words that the texts write small."""
    return frozenset(word for text in texts for word in re.findall(r"\b[a-z][a-z'’-]+\b", text))


class Finder:
    """Finds personal data; `texts` are ordinary ones, whose words written small are no names."""

    def __init__(self, texts: Iterable[str], known_emails: Iterable[str] = ()) -> None:
        self._ordinary = written_small(texts)
        self._known_emails = {one.casefold() for one in known_emails}

    def find(self, text: str) -> list[Found]:
        """Every piece of personal data in `text`, in order, none overlapping another."""
        found: list[Found] = []
        for one in self._all(text):
            if not any(one.start < other.end and other.start < one.end for other in found):
                found.append(one)
        known = [one for one in found if text[one.start : one.end].casefold() in self._known_emails]
        return sorted((one for one in found if one not in known), key=lambda one: one.start)

    def mask(self, text: str) -> str:
        """`text` with every piece replaced by what it is, in brackets."""
        for one in reversed(self.find(text)):
            text = f"{text[: one.start]}[{one.kind}]{text[one.end :]}"
        return text

    def _all(self, text: str) -> Iterator[Found]:
        for match in _EMAIL.finditer(text):
            yield Found(Kind.EMAIL, *match.span())
        for match in _UPN.finditer(text):
            yield Found(Kind.UPN, *match.span())
        for match in _TEN_DIGITS.finditer(text):
            if re.search(r"nhs\D{0,12}$", text[: match.start()], re.I) or _is_nhs_number(match[0]):
                yield Found(Kind.NHS_NUMBER, *match.span())
        for match in _BORN.finditer(text):
            yield Found(Kind.DATE_OF_BIRTH, *match.span(1))
        for match in _POSTCODE.finditer(text):
            yield Found(Kind.POSTCODE, *match.span())
        numbers = phonenumbers.PhoneNumberMatcher(text, "GB", phonenumbers.Leniency.POSSIBLE)
        for number in numbers:
            digits = sum(map(str.isdigit, number.raw_string))
            if digits >= LEAST_DIGITS and number.raw_string.startswith(("0", "+", "(0")):
                yield Found(Kind.PHONE, number.start, number.end)
        yield from self._names(text)

    def _names(self, text: str) -> Iterator[Found]:
        for match in _TITLED.finditer(text):
            yield Found(Kind.NAME, *match.span())
        for match in _CALLED.finditer(text):
            words = match[1].split()
            if not (self._is_ordinary(words[0]) and self._is_ordinary(words[-1])):
                yield Found(Kind.NAME, *match.span(1))
        for match in _CAPITALS.finditer(text):
            words = match[0].split()
            start = match.start()
            # The first word of a sentence has a capital of its own.
            while words and self._is_ordinary(words[0]):
                start += len(words.pop(0)) + 1
            while words and self._is_ordinary(words[-1]):
                words.pop()
            if len(words) >= 2:
                yield Found(Kind.NAME, start, start + len(" ".join(words)))

    def _is_ordinary(self, word: str) -> bool:
        small = re.sub(r"['’]s$", "", word.lower())
        return len(word) == 1 or small in self._ordinary


def _is_nhs_number(text: str) -> bool:
    """Whether the last of ten digits is the check digit of the others, modulo 11."""
    digits = [int(one) for one in text if one.isdigit()]
    check = 11 - sum(digit * (10 - n) for n, digit in enumerate(digits[:9])) % 11
    return check % 11 == digits[9] and check != 10
