from pathlib import Path

from chatbot import templates


def test_text_that_is_put_into_a_page_is_no_markup(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<p title='{{ text }}'>{{ text }}</p>")
    page = templates.environment(tmp_path).get_template("page.html")
    assert "<b>" not in page.render(text="'<b>'")
    assert "''" not in page.render(text="'")
