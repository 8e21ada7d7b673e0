"""What the project wants to reach, and what was found."""

from typing import Any

from scripts.benchmark import cold_start, growth, lists, memory, over_http

Figures = dict[str, Any]
SLOW = "sentence-transformers and FAISS"


def rows(parts: dict[str, Figures]) -> list[tuple[str, str, str, bool]]:
    """What, to reach, found, and whether that is reached, for the parts that were measured."""
    made = {
        "question": _question,
        "http": _http,
        "start": _start,
        "memory": _memory,
        "lists": _lists,
        "growth": _growth,
        "installed": _installed,
    }
    return [row for name, of in made.items() if name in parts for row in of(parts[name])]


Rows = list[tuple[str, str, str, bool]]


def _least(what: str, found: float, wanted: float, unit: str = "times") -> tuple:
    return what, f"at least {wanted:g} {unit}", f"{found:.3g} {unit}", found >= wanted


def _most(what: str, found: float, wanted: float, unit: str) -> tuple:
    return what, f"at most {wanted:g} {unit}", f"{found:.3g} {unit}", found <= wanted


def _question(figures: Figures) -> Rows:
    systems = dict(figures["systems"])
    ours = systems.pop("chatbot")
    made = []
    if SLOW in systems:
        ratio = systems[SLOW]["median"] / ours["median"]
        made.append(_least("one question, faster than sentence-transformers and FAISS", ratio, 4))
    for name, one in systems.items():
        ratio = min(one[kind] / ours[kind] for kind in ("median", "p99"))
        made.append(_least(f"one question, faster than {name} at median and p99", ratio, 1))
    return made


def _http(figures: Figures) -> Rows:
    one, many = figures["one client"], figures["many clients"]
    ours, slow = many[over_http.OURS], many[over_http.SLOW]
    added = one[over_http.OURS]["median"] - one["in the process"]["median"]
    clients = f"{over_http.CLIENTS} clients"
    return [
        _most("HTTP, added to the process", added, 1.5, "ms"),
        _least(f"{clients}, throughput over SentenceTransformer", ours["rate"] / slow["rate"], 4),
        _most(
            f"{clients}, p99 to one client's median",
            ours["p99"] / one[over_http.OURS]["median"],
            20,
            "times",
        ),
    ]


def _start(figures: Figures) -> Rows:
    ours, slow = figures[cold_start.SERVE]["median"], figures[cold_start.MINIMAL]["median"]
    return [
        _most("process start to first answer", ours, 1.5, "s"),
        _least("the same, sooner than a minimal sentence-transformers service", slow / ours, 5),
        _most("chatbot --help", figures["chatbot --help"]["median"], 0.2, "s"),
    ]


def _memory(figures: Figures) -> Rows:
    together = {name: sum(one["pss"] for one in its) for name, its in figures.items()}
    added = together[memory.TWO] - together[memory.ONE]
    return [
        _most("memory of a serving process", together[memory.ONE], 300, "MB"),
        _most("a second worker, to the first", added / together[memory.ONE], 1, "times"),
    ]


def _lists(figures: Figures) -> Rows:
    best = lists.best(figures["encoder"])
    distinct, repeated = figures["distinct"], figures["half repeated"]
    grown = _most_memory(repeated) / _most_memory(distinct)
    return [
        _least("a long list, to the encoder's best rate", distinct["answered"] / best, 0.9),
        _least(
            "half repeats, to the rate of distinct", repeated["answered"] / distinct["answered"], 2
        ),
        _most("memory of a longer list, to that of the shorter", grown, 1.1, "times"),
    ]


def _most_memory(figures: Figures) -> float:
    """The most that a list's processes held, while it was answered or written."""
    return max(figures["memory answering"], figures["memory writing"])


def _growth(figures: Figures) -> Rows:
    last = figures["synthetic"][-1]
    built = last[growth.BUILT]
    what = f"search of {last['rows']:,} rows"
    return [
        _least(f"{what}, recall@10", built["recall at 10"], 0.99, "of all"),
        _most(what, built["median"], 2, "ms"),
    ]


def _installed(figures: Figures) -> Rows:
    return [_most("installed for serving", sum(figures["packages"].values()), 350, "MB")]
