"""How search grows with the knowledge base, without the encoder."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any


def measure() -> dict[str, Any]:
    """Return the figures of each size, and how many times longer a search takes in the largest than in the smallest."""
    from knowledge_base.benchmark import measure_growth

    with TemporaryDirectory(prefix="crmbot-bench-") as name:
        sizes = measure_growth(Path(name))
    return {
        "sizes": sizes,
        "search_growth": round(sizes[-1]["search_p50_ms"] / sizes[0]["search_p50_ms"], 2),
    }
