"""HTML pages from templates."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader


def environment(folder: Path = Path(__file__).parent) -> Environment:
    """The templates in `folder`, which escape all text that is put into them."""
    return Environment(loader=FileSystemLoader(folder), autoescape=True, trim_blocks=True)
