"""A list of questions in, an answered file out: the pipeline of every way in that takes files."""

from pathlib import Path

from chatbot import exports, question_lists, results, tables
from chatbot.answered import AnsweredList, Counts
from chatbot.answering import Answerer
from chatbot.results import Progress

PARTIAL = ".partial"


def partial_of(out: Path) -> Path:
    """The file beside `out` that holds the results of a run that was interrupted."""
    return out.with_name(out.name + PARTIAL)


def run(
    answerer: Answerer,
    source: Path,
    out: Path,
    folder: Path,
    *,
    name: str = "",
    column: str = "",
    sheet: str = "",
    most: int = tables.MOST_ROWS,
    resume: bool = False,
    workers: int = 1,
    progress: Progress = lambda done, of: None,
) -> Counts:
    """Answer the list in `source` into `out`, whose suffix says of which kind it is.

    `folder` takes temporary files; `name` is what people call the list, `column` and `sheet` choose
    from it, and `most` bounds its rows. With `resume` an interrupted run goes on from the partial
    file beside `out`, which is removed at the end. A long list is answered by so many `workers`.
    `TableError` says what is wrong with the list.
    """
    exports.check(out)
    exports.check_free(out)
    asked = question_lists.read(source, folder, name=name, column=column, sheet=sheet, most=most)
    exports.check(out, asked.count)
    partial = partial_of(out)
    results.answer(answerer, asked, partial, resume=resume, workers=workers, progress=progress)
    answered = AnsweredList(asked, partial, answerer, folder)
    exports.write(answered, out, folder)
    partial.unlink()
    return answered.counts
