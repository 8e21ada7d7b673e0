import json
from pathlib import Path

import openpyxl

from chatbot import batch
from chatbot.answering import Answerer

LIFT = "What will replace LIFT?"
POOL = "what time does the swimming pool open"


def test_the_summary_counts_and_states_the_precision(answerer: Answerer, tmp_path: Path) -> None:
    path, out, folder = tmp_path / "list.json", tmp_path / "out.xlsx", tmp_path / "work"
    path.write_text(json.dumps([LIFT, POOL, POOL, ""]))
    folder.mkdir()
    batch.run(answerer, path, out, folder)
    sheet = openpyxl.load_workbook(out)["Summary"]
    lines = [[cell.value for cell in row] for row in sheet.iter_rows()]
    summary = {line[0]: line[1] for line in lines if line[0]}
    assert lines[0][0] == "Answers to list.json"
    assert summary["Rows of the list, blank ones too"] == 4
    assert summary["   of which: blank row"] == 1
    assert summary["Questions asked"] == 3
    assert summary["   answered"] == 1
    assert summary["   for a person"] == 2
    assert summary["Asked more than once"] == 1
    assert summary["LIFT / surgeries / clinics"] == 1
    measured = answerer.stated.measured
    assert measured is not None
    assert measured.in_words() in summary
    assert len(sheet._charts) == 1
