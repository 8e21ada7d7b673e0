"""The way to a person: a mailbox and an e-mail that is already written."""

from collections.abc import Sequence
from urllib.parse import quote

from pydantic import BaseModel

from chatbot.privacy import Finder
from chatbot.reply import Outcome, Reason, Reply
from chatbot.settings import Settings

LONGEST = 1_800  # characters of a mailto: address that every mail program takes


class Contact(BaseModel):
    """Where to ask a person."""

    email: str
    mailto: str


def contact(
    settings: Settings, replies: Sequence[Reply] = (), personal: Finder | None = None
) -> Contact | None:
    """The mailbox, with an e-mail about the replies without an answer, personal data masked.

    None where no mailbox is set, or where all of the replies are to small talk.
    """
    email, title = settings.contact, settings.title
    if not email or (replies and all(one.reason == Reason.SMALL_TALK for one in replies)):
        return None
    open_ones = [
        one for one in replies if one.outcome != Outcome.ANSWER and one.reason != Reason.SMALL_TALK
    ]
    lines = [personal.mask(one.read_as) if personal else one.read_as for one in open_ones]
    near = [f"- {one.question}" for reply in open_ones for one in reply.plausible()]
    if near:
        lines += ["", "The FAQ's nearest questions, which do not answer it:", *near]
    address = f"mailto:{quote(email, safe='@')}?subject={quote(f'Question: {title}'[:100])}"
    return Contact(email=email, mailto=address + _body("\r\n".join(lines), LONGEST - len(address)))


def _body(text: str, room: int) -> str:
    """`text` as the body of a mailto: address, cut between characters to fit `room`."""
    head = "&body="
    if not text or room <= len(head):
        return ""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if len(quote(text[:middle], safe="")) + len(head) <= room:
            low = middle
        else:
            high = middle - 1
    return head + quote(text[:low], safe="")
