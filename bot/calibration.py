"""Choosing the answer policy's bands, by command or after the demo company is loaded."""

from __future__ import annotations

from collections.abc import Sequence

from bot.wiring import Program
from knowledge_base.bands import load_bands
from knowledge_base.evaluate import CalibrationReport, fit_calibration, keep_calibration
from knowledge_base.queries import LabelledQuery


def calibrate(program: Program, queries: Sequence[LabelledQuery], *, promise: float | None = None) -> CalibrationReport:
    """Fit on labelled queries, outside any transaction, and put the result in force."""
    program.searcher.refresh(wait=True)
    with program.database.reading() as session:
        bands = load_bands(session)
    fitted = fit_calibration(
        program.searcher,
        queries,
        promise=promise or program.settings.answer_precision,
        bands=bands,
        now=program.clock(),
    )
    with program.database.transaction() as session:
        keep_calibration(session, fitted, queries, now=program.clock())
    return fitted.report
