"""`crmbot user`: the staff."""

from __future__ import annotations

import secrets
from typing import Annotated

import typer

from bot import due
from bot.cli.output import JsonOption, open_ready_program, print_json, print_rows
from crm_core import access, handover
from crm_core.models import Role
from crm_core.permissions import system_actor

app = typer.Typer(help="Staff: add, list, link chat accounts.", no_args_is_help=True)

HandleArgument = Annotated[str, typer.Argument(help="The person's handle.")]


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="Full name.")],
    role: Annotated[Role, typer.Option("--role", help="What the person may see and do.")],
    handle: Annotated[str, typer.Option("--handle", help="Short unique name; for WeCom members, their user id.")],
    team: Annotated[str | None, typer.Option("--team", help="Team by name; made if new.")] = None,
    json: JsonOption = False,
) -> None:
    """Add a member of staff and print a first password, which has to be changed at the first sign-in."""
    program = open_ready_program()
    password = f"{secrets.token_urlsafe(9)}!1a"
    with program.database.transaction() as session:
        actor = system_actor(program.clock(), zone=program.settings.zone)
        user = access.create_user(session, actor, handle=handle, name=name, role=role, team=team, password=password)
        shown = {"id": user.id, "handle": user.handle, "name": user.name, "role": user.role.value, "team": team}
    if json:
        print_json({**shown, "password": password})
    else:
        typer.echo(f"Added {shown['name']} ({shown['role']}), handle {shown['handle']}, first password: {password}")


@app.command("list")
def list_(json: JsonOption = False) -> None:
    """List the staff."""
    program = open_ready_program()
    with program.database.reading() as session:
        teams = {team.id: team.name for team in access.list_teams(session)}
        rows = [
            {
                "id": user.id,
                "handle": user.handle,
                "name": user.name,
                "role": user.role.value,
                "team": teams.get(user.team_id or 0),
                "active": user.active,
            }
            for user in access.list_users(session, include_inactive=True)
        ]
    if json:
        print_json(rows)
    else:
        print_rows(rows)


@app.command()
def link(
    handle: HandleArgument,
    channel: Annotated[
        str | None, typer.Option("--channel", help="Link directly: telegram, wecom_app, …; needs --account.")
    ] = None,
    account: Annotated[str | None, typer.Option("--account", help="The person's id on that channel.")] = None,
    json: JsonOption = False,
) -> None:
    """Print a one-time code that the person sends as '/link CODE' in the chat to be linked."""
    if (channel is None) != (account is None):
        raise typer.BadParameter("--channel and --account belong together")
    program = open_ready_program()
    now = program.clock()
    with program.database.transaction() as session:
        user = access.get_user(session, handle)
        if channel is not None and account is not None:
            access.link_identity(session, channel=channel, external_id=account, user_id=user.id, now=now)
            shown = {"handle": user.handle, "channel": channel, "account": account}
        else:
            code = access.make_link_code(session, system_actor(now), user=user, now=now)
            shown = {"handle": user.handle, "code": code, "send": f"/link {code}"}
    if json:
        print_json(shown)
    elif "code" in shown:
        typer.echo(f"{handle} sends this in the chat to be linked, within 24 hours:  {shown['send']}")
    else:
        typer.echo(f"Linked {account} on {channel} to {handle}.")


@app.command()
def leave(
    handle: HandleArgument,
    successor: Annotated[str, typer.Option("--to", help="Handle of the colleague who takes over.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; it is kept with every change.")] = "left the company",
    json: JsonOption = False,
) -> None:
    """Hand a leaver's customers, deals, open tasks and tickets to a colleague, who is told, and shut the leaver out."""
    program = open_ready_program()
    now = program.clock()
    actor = system_actor(now, zone=program.settings.zone)
    with program.database.transaction() as session:
        leaver, heir = access.get_user(session, handle), access.get_user(session, successor)
        given = handover.hand_over(session, actor, leaver=leaver, successor=heir, reason=reason)
        access.set_active(session, actor, leaver, active=False)
        due.schedule_hand_over_notice(session, given, now=now)
    if json:
        print_json({"leaver": handle, "successor": successor, "moved": dict(given.moved)})
    else:
        moved = ", ".join(f"{count} {name}" for name, count in given.moved.items()) or "nothing"
        typer.echo(f"{handle} is shut out; {successor} got {moved}.")


@app.command()
def password(handle: HandleArgument) -> None:
    """Give a member of staff a new first password and lift a lock-out."""
    program = open_ready_program()
    new = f"{secrets.token_urlsafe(9)}!1a"
    with program.database.transaction() as session:
        access.set_password(session, system_actor(program.clock()), access.get_user(session, handle), new)
    typer.echo(f"New password of {handle}: {new}")
