"""The menu: every command group in one place, and the commands that stand alone."""

from __future__ import annotations

import typer

from bot.cli import bench, chat, crm, data, eval, kb, nlu, serve, users  # noqa: A004 - named as its command
from bot.cli.output import JsonOption, open_program, print_json
from bot.settings import Settings

app = typer.Typer(
    name="crmbot",
    help="The bilingual CRM assistant that lives in the chats that a company already uses.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for module in (chat, serve, data, bench, eval):
    module.register(app)
app.add_typer(kb.app, name="kb")
app.add_typer(nlu.app, name="nlu")
app.add_typer(crm.app, name="crm")
app.add_typer(users.app, name="user")
app.add_typer(data.db_app, name="db")


@app.command()
def config(json: JsonOption = False) -> None:
    """Print the settings in force, secrets masked."""
    settings = open_program().settings
    rows = {f"CRMBOT_{name.upper()}": _shown(settings, name) for name in Settings.model_fields}
    rows["CRMBOT_DATABASE_URL"] = _without_password(settings)
    if json:
        print_json(rows)
        return
    for name, value in rows.items():
        typer.echo(f"{name}={value}")


def _shown(settings: Settings, name: str) -> str:
    value = getattr(settings, name)
    if hasattr(value, "get_secret_value"):
        return "********" if value.get_secret_value() else ""
    return str(value)


def _without_password(settings: Settings) -> str:
    from sqlalchemy import make_url

    return make_url(settings.effective_database_url).render_as_string(hide_password=True)
