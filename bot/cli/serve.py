"""`crmbot demo`, `serve`, `web`, `worker` and `doctor`: the processes."""

from __future__ import annotations

import importlib
import signal
from functools import partial
from typing import Annotated, Any

import typer

from bot.cli.output import JsonOption, open_program, open_ready_program, print_json
from bot.log import set_up_logging
from bot.wiring import CHANNEL_PACKAGES, Program

HostOption = Annotated[str | None, typer.Option("--host", help="Address to listen on; default CRMBOT_HOST.")]
PortOption = Annotated[int | None, typer.Option("--port", help="Port to listen on; default CRMBOT_PORT.")]
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def register(app: typer.Typer) -> None:
    """Add the commands to the menu."""
    for command in (demo, serve, web, worker, doctor):
        app.command()(command)


def demo(host: HostOption = None, port: PortOption = None) -> None:
    """Load the demo company if the database is empty, then serve."""
    from bot import demo as company
    from bot.migrate import upgrade

    program = open_program()
    set_up_logging(program.settings)
    upgrade(program.database)
    if company.load_if_empty(program) is not None:
        _calibrate_demo(program)
    address = f"http://{host or program.settings.host}:{port or program.settings.port}"
    typer.echo(company.say_log_ins(address))
    if (host or program.settings.host) not in LOOPBACK:
        typer.echo("Warning: the demo's passwords are public. Do not offer the demo to a network.", err=True)
    _serve(program, host, port, with_worker=True)


def _calibrate_demo(program: Program) -> None:
    """Choose when to answer from the demo's own evaluation set."""
    from bot.calibration import calibrate
    from knowledge_base.queries import load_queries

    typer.echo("正在校准知识库…… Calibrating the knowledge base, once …")
    with program.database.reading() as session:
        queries = load_queries(session)
    calibrate(program, queries)


def serve(host: HostOption = None, port: PortOption = None) -> None:
    """Run everything in one process: web, workers, receivers."""
    program = open_ready_program()
    set_up_logging(program.settings)
    _serve(program, host, port, with_worker=True)


def web(host: HostOption = None, port: PortOption = None) -> None:
    """Run only the web server: webhooks and chat page; `crmbot worker` does the work."""
    program = open_ready_program()
    set_up_logging(program.settings)
    _serve(program, host, port, with_worker=False)


def worker() -> None:
    """Run only the workers and receivers; start as many as you need."""
    from bot.running import Running

    program = open_ready_program()
    set_up_logging(program.settings)
    running = Running(program)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, running.ask_to_stop)
    running.start()
    running.wait()
    running.stop()


def doctor(json: JsonOption = False) -> None:
    """Check settings, database, encoder and channels, in the order in which to mend them."""
    from bot.doctor import examine

    findings = examine(open_program(), CHANNEL_PACKAGES)
    if json:
        print_json([vars(finding) for finding in findings])
    else:
        for finding in findings:
            typer.echo(f"{'ok  ' if finding.ok else 'FAIL'} {finding.check}")
            if not finding.ok:
                typer.echo(f"     {finding.remedy_zh}\n     {finding.remedy_en}")
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)


def _serve(program: Program, host: str | None, port: int | None, *, with_worker: bool) -> None:
    from bot.transcript import read_lines
    from bot.worker_process import WorkerProcess

    edge_module: Any = importlib.import_module("adapters.web")
    child = WorkerProcess(program.settings) if with_worker else None
    edge = edge_module.WebEdge(
        settings=program.settings,
        database=program.database,
        inlet=program.inlet,
        channels=program.channels,
        clock=program.clock,
        transcript=partial(read_lines, program.database),
        wake=child.wake if child else program.wakeup.set,
        is_ready=lambda: child is None or child.is_ready,
        secret_key=program.secret_key(),
        attachment_path=program.attachments.path,
    )
    if child:
        child.start()
    try:
        edge_module.run_server(
            edge_module.build_app(edge), host or program.settings.host, port or program.settings.port, lambda: None
        )
    finally:
        if child:
            child.stop()
