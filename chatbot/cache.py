"""A bounded memory of what was found for a text, which does not keep the text."""

import secrets
from collections import OrderedDict
from hashlib import blake2b
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Cache(Generic[Value]):
    """The last `size` values, by a digest of their text; safe to share between threads.

    The digests are keyed anew in each process, so that nobody can look texts up in them.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._key = secrets.token_bytes(32)
        self._values: OrderedDict[bytes, Value] = OrderedDict()
        self._lock = Lock()

    def get(self, text: str) -> Value | None:
        """The value kept for `text`."""
        digest = self._digest(text)
        with self._lock:
            value = self._values.get(digest)
            if value is not None:
                self._values.move_to_end(digest)
        return value

    def put(self, text: str, value: Value) -> None:
        """Keep the value of `text`; the one used longest ago goes where there are too many."""
        digest = self._digest(text)
        with self._lock:
            self._values[digest] = value
            self._values.move_to_end(digest)
            if len(self._values) > self._size:
                self._values.popitem(last=False)

    def _digest(self, text: str) -> bytes:
        return blake2b(
            text.encode("utf-8", "surrogatepass"), key=self._key, digest_size=16
        ).digest()
