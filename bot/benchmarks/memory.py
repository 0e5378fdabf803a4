"""Peak memory and start time of `crmbot demo`, from nothing and a second time."""

from __future__ import annotations

from typing import Any

from bot.benchmarks.process import running_server


def measure() -> dict[str, Any]:
    """Return the peak resident memory of a first start, company loading included, in MB."""
    with running_server({}) as server:
        return {
            "peak_memory_mb": round(server.peak_memory_bytes() / 1e6, 1),
            "first_start_seconds": round(server.start_seconds, 2),
        }
