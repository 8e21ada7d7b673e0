"""The figures of growth as text and as a drawing."""

from pathlib import Path
from typing import Any

from chatbot.nearest import NEIGHBOURS
from scripts.benchmark.growth import BUILT, DEPTHS, KINDS, RECALL, crossing

Figures = dict[str, Any]


def lines(figures: Figures) -> list[str]:
    """The figures as tables."""
    every = [("real", figures["real"]), *(("synthetic", one) for one in figures["synthetic"])]
    rows = [
        f"| {one['rows']:,} {source} | {name} | {its['build_s']:.1f} s | {its['megabytes']:.0f} MB "
        f"| {_search(its, 10)} | {_search(its, NEIGHBOURS)} |"
        for source, one in every
        for name, its in one["kinds"].items()
    ]
    near = [
        f"| {one['rows']:,} {source} | {' | '.join(f'{s:.2f}' for s in one['near'].values())} |"
        for source, one in every
    ]
    heads = " | ".join(f"search, recall@{depth} of {RECALL}" for depth in DEPTHS)
    return [
        "![Build, size and search by number of rows](growth.svg)",
        "",
        f"| rows | index | build | size | {heads} |",
        "|---|---|---|---|---|---|",
        *rows,
        "",
        *(line for depth in DEPTHS for line in _crossings(figures["synthetic"], depth)),
        "",
        f"An index {BUILT}, exact up to a number of rows and in cells beyond, as many searched as "
        "find enough:",
        "",
        f"| rows | index | build | search | recall@10 | recall@{NEIGHBOURS} |",
        "|---|---|---|---|---|---|",
        *(_built(one, source) for source, one in every),
        "",
        "Similarity of a question's nearest rows:",
        "",
        f"| rows | 1st | 10th | {NEIGHBOURS}th |",
        "|---|---|---|---|",
        *near,
    ]


def _built(figures: Figures, source: str) -> str:
    its = figures[BUILT]
    return (
        f"| {figures['rows']:,} {source} | {'exact' if its['exact'] else 'cells'} "
        f"| {its['build_s']:.1f} s | {its['median']:.2f} ms, p99 {its['p99']:.2f} "
        f"| {its['recall at 10']:.3f} | {its[f'recall at {NEIGHBOURS}']:.3f} |"
    )


def _search(kind: Figures, depth: int) -> str:
    """What a search takes where enough of the first `depth` are found."""
    reached = kind.get(f"enough at {depth}")
    if reached is None:
        return f"no: {kind['most recall'][f'recall at {depth}']:.4f} at most"
    setting = f" ({reached['setting']})" if reached["setting"] else ""
    return f"{reached['median']:.2f} ms, p99 {reached['p99']:.2f}{setting}"


def _crossings(synthetic: list[Figures], depth: int) -> list[str]:
    """From how many rows on each kind is the faster, with enough recall of the first `depth`."""
    exact, level = KINDS[0].name, f"enough at {depth}"
    said = []
    for kind in KINDS[1:]:
        both = [one["kinds"] for one in synthetic if level in one["kinds"].get(kind.name, {})]
        sizes = [one["rows"] for one in synthetic if level in one["kinds"].get(kind.name, {})]
        if not both or sizes[-1] != synthetic[-1]["rows"]:
            said.append(f"- {kind.name}, recall@{depth}: not enough of it at the greatest size.")
            continue
        taken = [[one[name][level]["median"] for one in both] for name in (exact, kind.name)]
        size = crossing(sizes, *taken)
        if size is None:
            found = "never faster than exact search"
        elif size <= sizes[0]:
            found = f"faster than exact search at {sizes[0]:,} rows already"
        else:
            found = f"faster than exact search from about {float(f'{size:.2g}'):,.0f} rows on"
        said.append(f"- {kind.name}, recall@{depth}: {found}.")
    return said


def draw(figures: Figures, path: Path) -> None:
    """Draw the curves, a panel for each figure; the real rows are the open marks."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams |= {"svg.hashsalt": "growth", "font.size": 9}
    from matplotlib import pyplot

    panels = (
        ("build, s", lambda one: one["build_s"]),
        ("size, MB", lambda one: one["megabytes"]),
        *(
            (
                f"search of one question, ms, with recall@{depth} of {RECALL}",
                lambda one, level=f"enough at {depth}": one.get(level, {}).get("median"),
            )
            for depth in DEPTHS
        ),
    )
    figure, axes = pyplot.subplots(2, 2, figsize=(9, 6.5), layout="constrained")
    for axis, (title, of) in zip(axes.flat, panels, strict=True):
        for kind, mark in zip(KINDS, "os^d", strict=True):
            known = [one for one in figures["synthetic"] if kind.name in one["kinds"]]
            points = [(one["rows"], of(one["kinds"][kind.name])) for one in known]
            points = [(rows, value) for rows, value in points if value is not None]
            (line,) = axis.plot(
                [rows for rows, _ in points], [value for _, value in points], marker=mark,
                label=kind.name,
            )  # fmt: skip
            real = of(figures["real"]["kinds"][kind.name])
            if real is not None:
                rows = figures["real"]["rows"]
                axis.plot(rows, real, marker=mark, color=line.get_color(), fillstyle="none")
        axis.set(title=title, xscale="log", yscale="log")
        axis.grid(alpha=0.3)
    for axis in axes[1]:
        axis.axhline(2, color="grey", linestyle=":", linewidth=1)
        axis.set_xlabel("rows, synthetic; open marks are the real ones")
    axes[0][0].legend()
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)
