"""The service: one client beside the same question in the process, and many clients at once."""

from pathlib import Path
from typing import Any

from chatbot import settings
from chatbot.answering import Answerer
from scripts.benchmark import timing
from scripts.benchmark.corpus import ROOT, answerable, warming
from scripts.benchmark.load import put
from scripts.benchmark.service import Client, Service, chatbot, running, slow_home

CLIENTS = 32
EACH = 12  # messages of a client in a round
ROUNDS = 3
REPEATED = 64  # distinct messages where they repeat
OURS, SLOW = "chatbot", "the same API over SentenceTransformer"
Figures = dict[str, Any]


def measure(folder: Path, work: Path, *, quick: bool) -> Figures:
    """Times of one client, then throughput of many, of the service and of the slow one."""
    texts = [one.text for one in answerable()][: 30 if quick else None]
    slow = slow_home(folder, work / "slow_home")
    with running(chatbot()) as ours, running(chatbot(), slow) as theirs:
        services = {OURS: ours, SLOW: theirs}
        figures: Figures = {"one client": _alone(services, texts)}
        rounds, each = (1, 3) if quick else (ROUNDS, EACH)
        figures["many clients"] = _together(services, texts, rounds, each)
        repeated = [texts[n % REPEATED % len(texts)] for n in range(CLIENTS * each * rounds)]
        found = put(ours.port, CLIENTS, repeated)
        figures["repeated"] = {
            "rate": len(repeated) / found["seconds"],
            **timing.summary(found["taken"]),
        }
    return figures


def _alone(services: dict[str, Service], texts: list[str]) -> Figures:
    """Milliseconds of each question in this process and at each service, in turn."""
    answerer = Answerer.open(settings.read(ROOT))
    works = {"in the process": timing.milliseconds(answerer.ask)}
    for name, service in services.items():
        works[name] = timing.milliseconds(Client(service.port).ask)
    for text in warming():
        for work in works.values():
            work(text)
    taken = timing.interleaved(works, texts)
    return {name: timing.summary(one) for name, one in taken.items()}


def _together(services: dict[str, Service], texts: list[str], rounds: int, each: int) -> Figures:
    """Throughput and latency with many clients, distinct messages; the services in turn."""
    taken: dict[str, list[float]] = {name: [] for name in services}
    seconds, clients, served = (dict.fromkeys(services, 0.0) for _ in range(3))
    size = CLIENTS * each
    for turn in range(rounds):
        for name, service in services.items():
            before = timing.busy(service.pid)
            found = put(service.port, CLIENTS, timing.varied(texts, size, start=turn * size))
            served[name] += timing.busy(service.pid) - before
            clients[name] += found["busy"]
            taken[name] += found["taken"]
            seconds[name] += found["seconds"]
    many = size * rounds
    return {
        name: {
            "rate": many / seconds[name],
            **timing.summary(taken[name]),
            "service busy": served[name] / many * 1e3,
            "clients busy": clients[name] / many * 1e3,
        }
        for name in services
    }


def lines(figures: Figures) -> list[str]:
    """The figures as tables."""
    one, many, repeated = figures["one client"], figures["many clients"], figures["repeated"]
    inside = one["in the process"]["median"]
    ours = many[OURS]
    alone = one[OURS]["median"]
    over = ours["p99"] / alone
    busy = ours["service busy"] + ours["clients busy"]
    least = CLIENTS * busy / timing.processors()
    return [
        "| one client, connection kept | median | p99 |",
        "|---|---|---|",
        *(
            f"| {name} | {its['median']:.2f} ms | {its['p99']:.2f} ms |"
            for name, its in one.items()
        ),
        "",
        f"HTTP adds {one[OURS]['median'] - inside:.2f} ms to the median of the process.",
        "",
        f"| {CLIENTS} clients | answers a second | median | p99 |",
        "|---|---|---|---|",
        *(
            f"| {name} | {its['rate']:.0f} | {its['median']:.0f} ms | {its['p99']:.0f} ms |"
            for name, its in (*many.items(), (f"chatbot, {REPEATED} questions again", repeated))
        ),
        "",
        f"Throughput is {ours['rate'] / many[SLOW]['rate']:.1f} times that over "
        f"SentenceTransformer; p99 is {over:.1f} times one client's median; repeated questions are "
        f"answered {repeated['rate'] / ours['rate']:.1f} times as fast.",
        "",
        f"An answer keeps a processor busy for {ours['service busy']:.1f} ms in the service and "
        f"{ours['clients busy']:.1f} ms in the clients. On {timing.processors()} processors that "
        f"are never idle {CLIENTS} clients would wait {least:.0f} ms, {least / alone:.1f} times "
        "one client's median.",
    ]
