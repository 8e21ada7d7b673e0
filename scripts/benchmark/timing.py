"""Times as the other parts of the comparison take them, and what a process holds in memory."""

import multiprocessing
import os
import random
import time
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

SEED = 1


def summary(taken: Sequence[float]) -> dict[str, float]:
    """Median and 99th percentile of times, in the unit that they have."""
    return {"median": float(np.median(taken)), "p99": float(np.quantile(taken, 0.99))}


def interleaved(
    works: Mapping[str, Callable[[str], float]], texts: Sequence[str], pause: float = 0.002
) -> dict[str, list[float]]:
    """What each work says that it took for each text.

    All take the same text one after another, and another one begins each time, so that a noisy
    moment of the machine hits all alike. Threads that a library leaves spinning die down in the
    `pause` (seconds) after each.
    """
    names = list(works)
    taken: dict[str, list[float]] = {name: [] for name in names}
    for n, text in enumerate(texts):
        first = n % len(names)
        for name in names[first:] + names[:first]:
            taken[name].append(works[name](text))
            time.sleep(pause)
    return taken


def milliseconds(work: Callable[[str], object]) -> Callable[[str], float]:
    """The work as one that says how many milliseconds it took."""

    def timed(text: str) -> float:
        start = time.perf_counter()
        work(text)
        return (time.perf_counter() - start) * 1e3

    return timed


def varied(texts: Sequence[str], many: int, start: int = 0) -> list[str]:
    """So many distinct messages, by a number before each that no answer depends on."""
    return [f"{n} {texts[n % len(texts)]}" for n in range(start, start + many)]


def half_repeated(texts: Sequence[str], many: int) -> list[str]:
    """So many messages, half of them distinct and each of these twice, in a random order."""
    messages = varied(texts, many // 2) * 2
    random.Random(SEED).shuffle(messages)
    return messages


def memory(pid: int) -> dict[str, float]:
    """RSS and PSS of a process in megabytes; PSS shares out what processes have in common."""
    return rollup(Path(f"/proc/{pid}/smaps_rollup").read_text())


def together(pid: int) -> float:
    """PSS of a process and its descendants in megabytes."""
    held = 0.0
    for one in family(pid):
        try:
            held += memory(one)["pss"]
        except OSError:  # it has ended
            continue
    return held


def rollup(text: str) -> dict[str, float]:
    """RSS and PSS in megabytes from the text of a smaps_rollup file."""
    lines = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
    return {name.lower(): int(lines[name].split()[0]) / 1024 for name in ("Rss", "Pss")}


def peak() -> float:
    """The most memory that this process has held, in megabytes."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def family(pid: int) -> list[int]:
    """The process and all that descend from it."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The name, in brackets, may hold anything; the parent is the second field after it.
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
        except OSError:  # it has ended
            continue
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


def busy(pid: int) -> float:
    """Seconds for which a process and its descendants have kept a processor busy."""
    ticks = 0
    for one in family(pid):
        try:
            stat = Path(f"/proc/{one}/stat").read_text()
        except OSError:  # it has ended
            continue
        # User and system time are the 14th and 15th field; the name is the second.
        fields = stat.rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def apart(work: Callable[..., Any], *given: Any) -> Any:
    """What `work` returns in a process of its own: neither memory nor threads of others count."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_reporting, args=(theirs, work, given))
    process.start()
    theirs.close()
    try:
        return ours.recv()
    except EOFError:
        raise SystemExit(f"{work.__name__} failed; its message is above") from None
    finally:
        process.join()


def _reporting(pipe: Connection, work: Callable[..., Any], given: tuple[Any, ...]) -> None:
    pipe.send(work(*given))


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0))
