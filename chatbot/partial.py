"""The file that results go to while a list is answered, so that an interrupted run can go on."""

from array import array
from typing import IO

from chatbot.errors import TableError


class Lines:
    """The lines of a partial file after its head, that are added to and read again.

    `file` is open for both. Without `resume` what it holds is taken away, and so is a line that was
    cut. Raises `TableError` where it has another head.
    """

    def __init__(self, file: IO[bytes], head: str, resume: bool) -> None:
        self._file = file
        self._starts = array("Q")
        file.seek(0)
        first = file.readline() if resume else b""
        if not first.endswith(b"\n"):
            first = b""  # it was cut, or there is none
        if first and first.decode("utf-8", "replace").rstrip("\n") != head:
            raise TableError(
                f"{file.name}: is of another list, other options or another version of the FAQ; "
                "start anew, without --resume"
            )
        self._end = len(first)
        for line in file if first else ():
            if not line.endswith(b"\n"):
                break
            self._starts.append(self._end)
            self._end += len(line)
        file.truncate(self._end)
        if not first:
            file.seek(0)
            self._end += file.write(f"{head}\n".encode())

    def __len__(self) -> int:
        return len(self._starts)

    def __getitem__(self, place: int) -> bytes:
        self._file.seek(self._starts[place])
        return self._file.readline()

    def add(self, line: bytes) -> None:
        """Write a line at the end."""
        self._file.seek(self._end)
        self._starts.append(self._end)
        self._end += self._file.write(line)
