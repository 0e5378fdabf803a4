"""Reports: one module each, exposing REPORT. The folder is the register; chat, console and command line list it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Protocol

from sqlalchemy.orm import Session

from crm_core.permissions import Actor


class Run(Protocol):
    """Computes a report."""

    def __call__(
        self, session: Session, actor: Actor, *, start: datetime, end: datetime, team_id: int | None = None
    ) -> Any:
        """Return the report of [start, end) within the actor's reach, narrowed to a team where one is given.

        Raises:
            PermissionRefused: the actor may not see reports, or not of that team.
        """


@dataclass(frozen=True, kw_only=True)
class Report:
    """A report that people can ask for."""

    #: the name by which it is asked for
    key: str
    title_zh: str
    title_en: str
    run: Run


def load_reports() -> dict[str, Report]:
    """Import every module of this folder and return its reports by key.

    Raises:
        ValueError: two modules claim one key.
    """
    reports: dict[str, Report] = {}
    for module in iter_modules(__path__, f"{__name__}."):
        report: Report = import_module(module.name).REPORT
        if report.key in reports:
            raise ValueError(f"{module.name}: the report {report.key!r} exists already")
        reports[report.key] = report
    return reports
