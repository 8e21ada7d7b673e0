"""The errors a person may see; each message is one sentence that names what is wrong."""


class ChatbotError(Exception):
    """Base of every error that is shown as a sentence instead of a traceback."""


class DataError(ChatbotError):
    """A file of the FAQ is wrong; the message names file, line and field."""


class DocumentError(ChatbotError):
    """A document cannot be read as an FAQ table."""


class TableError(ChatbotError):
    """A list of questions cannot be read or written; the message names file, row and reason."""


class AdoptionError(ChatbotError):
    """Answers that an officer filled in cannot be read, or cannot become part of the FAQ."""


class StaleIndexError(ChatbotError):
    """The index is missing, damaged or does not belong to the files beside it."""


class PrecisionError(ChatbotError):
    """The answers would be wrong more often than the settings allow, so no index is published."""


class EncoderError(ChatbotError):
    """The encoder cannot be opened."""


class MessageError(ChatbotError):
    """A message that cannot be a question: empty, too long, or not text."""


class SettingsError(ChatbotError):
    """A setting is unknown or has a wrong value."""
