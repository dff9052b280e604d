"""What the service counts, as Prometheus reads it (text format 0.0.4).

Owns counters and one histogram. Refuses labels that name a customer.
"""

import threading
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Final

BOUNDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
"""Upper bounds of the histogram's buckets, in seconds."""
HELP: Final = {
    "primum_decisions_total": "Decisions, by answer.",
    "primum_unregistered_total": "Questions about communications that nobody registered.",
    "primum_over_cap_total": "Contacts that were made although a rule would have held them back.",
    "primum_recorded_total": "Rows recorded, by what they are.",
    "primum_requests_total": "Requests, by route and status.",
    "primum_request_seconds": "How long requests took.",
    "primum_strategy_broken": "1 while the strategy file is wrong and the last good version is kept.",
}
Labels = tuple[tuple[str, str], ...]


class Metrics:
    """Counters that threads may share."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[tuple[str, Labels]] = Counter()
        self._gauges: dict[str, float] = {"primum_strategy_broken": 0.0}
        self._times: dict[str, list[int]] = defaultdict(lambda: [0] * (len(BOUNDS) + 1))
        self._sums: Counter[str] = Counter()

    def count(self, name: str, by: int = 1, **labels: str) -> None:
        """Count something."""
        with self._lock:
            self._counts[name, tuple(sorted(labels.items()))] += by

    def set(self, name: str, value: float) -> None:
        """Set a gauge."""
        with self._lock:
            self._gauges[name] = value

    def took(self, route: str, seconds: float) -> None:
        """One request took so long."""
        with self._lock:
            self._times[route][bisect_left(BOUNDS, seconds)] += 1
            self._sums[route] += int(seconds * 1e6)

    def text(self) -> str:
        """All of it."""
        with self._lock:
            return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        for name in HELP:
            yield f"# HELP {name} {HELP[name]}"
            if name in self._gauges:
                yield f"# TYPE {name} gauge"
                yield f"{name} {self._gauges[name]:g}"
            elif name == "primum_request_seconds":
                yield f"# TYPE {name} histogram"
                yield from self._histogram(name)
            else:
                yield f"# TYPE {name} counter"
                own = sorted((labels, n) for (of, labels), n in self._counts.items() if of == name)
                for labels, n in own:
                    told = ",".join(f'{key}="{value}"' for key, value in labels)
                    yield f"{name}{{{told}}} {n}" if told else f"{name} {n}"

    def _histogram(self, name: str) -> Iterator[str]:
        for route, counts in sorted(self._times.items()):
            total = 0
            for bound, n in zip((*(f"{b:g}" for b in BOUNDS), "+Inf"), counts, strict=True):
                total += n
                yield f'{name}_bucket{{route="{route}",le="{bound}"}} {total}'
            yield f'{name}_sum{{route="{route}"}} {self._sums[route] / 1e6:.6f}'
            yield f'{name}_count{{route="{route}"}} {total}'
