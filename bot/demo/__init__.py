"""The demo company: 悦享生活 / Joyful Living, an invented new-retail brand that a newcomer can try everything on.

Its passwords are public. Never load it into a database that holds real records: `load_if_empty` refuses to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.demo.company import DemoSummary
    from bot.wiring import Program


def load_if_empty(program: Program) -> DemoSummary | None:
    """Load the demo company, in one transaction, into a database that holds nothing yet; else do nothing."""
    from bot.demo.company import is_empty, load_company

    with program.database.transaction() as session:
        return load_company(session, now=program.clock()) if is_empty(session) else None


def say_log_ins(address: str) -> str:
    """Return what a newcomer is told: where the chat is, and whom he can be, in both languages."""
    from bot.demo.staff import PASSWORD, list_log_ins

    who = "\n".join(f"  {entry.handle:<12} {entry.role:<11} {entry.name}" for entry in list_log_ins())
    return (
        f"聊天页面 Chat: {address}\n"
        f"不登录就是顾客；用下面的账号登录就是员工，密码都是 {PASSWORD}（仅供演示）。\n"
        f"Without signing in you are a customer. Staff sign in as below, all with {PASSWORD} (demo only).\n{who}"
    )
