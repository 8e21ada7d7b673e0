"""How many processors may be used."""

import os


def available(threads: int = 0) -> int:
    """So many as are asked for; where that is 0, all that this process may use."""
    if threads:
        return threads
    # Not all of the machine's: a container or a service manager may allow fewer.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
