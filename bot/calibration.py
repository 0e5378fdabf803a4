"""Choosing the answer policy's bands, by command or after the demo company is loaded."""

from __future__ import annotations

from collections.abc import Sequence

from bot.wiring import Program
from knowledge_base.bands import is_calibration_outdated, load_bands
from knowledge_base.evaluate import MIN_QUERIES, CalibrationReport, fit_calibration, keep_calibration
from knowledge_base.queries import LabelledQuery, load_queries


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


def load_kept(program: Program) -> Sequence[LabelledQuery]:
    """Return the evaluation set that the last calibration kept."""
    with program.database.reading() as session:
        return load_queries(session)


def refit_if_outdated(program: Program) -> CalibrationReport | None:
    """Calibrate again on the kept set when the calibration in force is of another version; else do nothing."""
    with program.database.reading() as session:
        is_outdated = is_calibration_outdated(session)
        queries = load_queries(session) if is_outdated else []
    return calibrate(program, queries) if len(queries) >= MIN_QUERIES else None
