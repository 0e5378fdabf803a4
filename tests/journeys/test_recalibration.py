"""The calibration that a company chose stays in force over an upgrade, and the doctor says what is loaded."""

from __future__ import annotations

import pytest

from bot import doctor
from bot.calibration import calibrate, load_kept, refit_if_outdated
from knowledge_base.bands import is_calibration_outdated
from knowledge_base.models import Calibration, KnowledgeState
from tests.journeys.conftest import Company

pytestmark = pytest.mark.model


def test_a_calibration_of_another_version_is_fitted_again_from_the_kept_queries(company: Company) -> None:
    program = company.program
    calibrate(program, load_kept(program))  # `kb calibrate` without a file
    assert refit_if_outdated(program) is None
    with program.database.transaction() as session:
        state = session.get_one(KnowledgeState, 1)
        kept = session.get_one(Calibration, state.calibration_id)
        kept.weights = {"version": "of long ago"}
    with program.database.reading() as session:
        assert is_calibration_outdated(session)
    by_check = {line.check: line for line in doctor.examine(program, ())}
    assert not by_check["knowledge calibration"].ok
    assert "crmbot kb calibrate" in by_check["knowledge calibration"].remedy_zh
    (encoder,) = (line for check, line in by_check.items() if program.encoder.name in check)
    assert encoder.ok
    report = refit_if_outdated(program)
    assert report is not None
    assert 0 < report.bands.suggest_at <= report.bands.answer_at <= 1
    assert refit_if_outdated(program) is None
