"""Many clients at once, in a process of their own.

    python -m scripts.benchmark.load PORT CLIENTS < messages.json

Prints as JSON the milliseconds of each answer, the seconds that all took together, and how many of
them the clients themselves kept a processor busy.
"""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from typing import Any

from scripts.benchmark.corpus import ROOT
from scripts.benchmark.service import FIRST, Client


def put(port: int, clients: int, messages: Sequence[str]) -> dict[str, Any]:
    """What a process of so many clients finds, each with its share of the messages."""
    done = subprocess.run(
        [sys.executable, "-m", "scripts.benchmark.load", str(port), str(clients)],
        input=json.dumps(messages), capture_output=True, text=True, cwd=ROOT,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"the clients failed: {done.stderr.strip()[-500:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def main() -> None:
    """Ask from as many threads as there are clients; all begin together."""
    port, clients = map(int, sys.argv[1:])
    messages = json.load(sys.stdin)
    taken: list[float] = []
    gate = threading.Barrier(clients + 1)

    def client(share: list[str]) -> None:
        connection = Client(port)
        connection.ask(FIRST)
        gate.wait()
        for message in share:
            start = time.perf_counter()
            connection.ask(message)
            taken.append((time.perf_counter() - start) * 1e3)

    threads = [
        threading.Thread(target=client, args=(messages[n::clients],)) for n in range(clients)
    ]
    for one in threads:
        one.start()
    gate.wait()
    start, busy = time.perf_counter(), time.process_time()
    for one in threads:
        one.join()
    seconds, busy = time.perf_counter() - start, time.process_time() - busy
    if len(taken) != len(messages):
        sys.exit(f"{len(messages) - len(taken)} of {len(messages)} messages were not answered")
    print(json.dumps({"taken": taken, "seconds": seconds, "busy": busy}))


if __name__ == "__main__":
    main()
