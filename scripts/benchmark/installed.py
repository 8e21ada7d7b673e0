"""What an installation for serving takes on disk: the project and all that it needs."""

from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = "faq-chatbot"
LARGE = 5.0  # megabytes from which a package is named
Figures = dict[str, Any]


def measure(folder: Path, work: Path, *, quick: bool) -> Figures:
    """Megabytes of each package that serving needs."""
    return {"packages": {one.name: _size(one) for one in needed(PROJECT)}}


def needed(project: str) -> Iterator[Distribution]:
    """The installed packages that the project needs without its extras, itself left out."""
    seen, waiting = {canonicalize_name(project)}, [Requirement(project)]
    while waiting:
        wanted = waiting.pop()
        try:
            found = distribution(wanted.name)
        except PackageNotFoundError:
            raise SystemExit(f"{wanted.name} is needed for serving, and is not installed") from None
        if canonicalize_name(wanted.name) != canonicalize_name(project):
            yield found
        extras = wanted.extras or {""}
        for text in found.requires or ():
            one = Requirement(text)
            applies = one.marker is None or any(
                one.marker.evaluate({"extra": extra}) for extra in extras
            )
            if applies and canonicalize_name(one.name) not in seen:
                seen.add(canonicalize_name(one.name))
                waiting.append(one)


def _size(package: Distribution) -> float:
    paths = [Path(str(package.locate_file(one))) for one in package.files or ()]
    return sum(path.stat().st_size for path in paths if path.is_file()) / 1e6


def lines(figures: Figures) -> list[str]:
    """The figures as a table, large packages by name."""
    sizes = sorted(figures["packages"].items(), key=lambda one: -one[1])
    large = [(name, size) for name, size in sizes if size >= LARGE]
    rest = [size for _, size in sizes if size < LARGE]
    return [
        "| package | MB |",
        "|---|---|",
        *(f"| {name} | {size:.0f} |" for name, size in large),
        f"| {len(rest)} others | {sum(rest):.0f} |",
        f"| together | {sum(figures['packages'].values()):.0f} |",
    ]
