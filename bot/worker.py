"""The loops that do the work: messages, replies and due work, each claimed under lease from the database.

Promise: whatever goes wrong in one message, reply or piece of due work is noted on its row and tried again, and the
loop lives on; a message that fails every time becomes a ticket with its original text. The only place that may catch
Exception. Never: a decision about an answer.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event

from sqlalchemy.orm import Session

from bot import dialogue, due, inbox, outbox, recovery, schedule
from bot.channel import Channel
from bot.dialogue import Prepared
from bot.errors import DeliveryError, LeaseLost
from bot.inbox import Claim
from bot.models import Conversation, OutboxKind, OutboxStatus
from bot.outbox import Dispatch
from bot.reading import Reader
from bot.turn import Handler, Services
from bot.wakeup import Wakeup
from crm_core.database import Database
from crm_core.errors import PermissionRefused

logger = logging.getLogger(__name__)

MAX_BACKOFF_SECONDS = 300.0
MAX_DELIVERY_ATTEMPTS = 8
#: what a failed delivery makes of its row, by kind of failure; 'retry' is another attempt
_CLOSED_AS = {
    "permanent": OutboxStatus.PARKED,
    "unreachable": OutboxStatus.PARKED,
    "window": OutboxStatus.HELD,
    "wrong_state": OutboxStatus.PARKED,
    "uncertain": OutboxStatus.UNCERTAIN,
}


@dataclass(frozen=True, kw_only=True)
class Worker:
    """Everything that a loop needs. `channels` are those that this process serves."""

    database: Database
    services: Services
    handlers: Mapping[str, Handler]
    reader: Reader
    channels: Mapping[str, Channel]
    clock: Callable[[], datetime]
    wakeup: Wakeup = field(default_factory=Wakeup)
    #: a terminal session waits for no backoff: its one user is looking
    ignores_backoff: bool = False

    def run_messages(self) -> int:
        """Claim and handle up to one batch of messages; return how many were claimed."""
        settings = self.services.settings
        with self.database.transaction() as session:
            claims = inbox.claim_next(
                session,
                now=self.clock(),
                channels=tuple(self.channels),
                lease_seconds=settings.lease_seconds,
                limit=settings.batch_size,
                ignores_backoff=self.ignores_backoff,
            )
        hopeful = [claim for claim in claims if not self._abandon_if_hopeless(claim)]
        self._handle_all(self._prepare(hopeful))
        if claims:
            self.wakeup.set()  # replies wait now
        return len(claims)

    def run_replies(self, *, limit: int = 16) -> int:
        """Claim and deliver up to `limit` replies of different conversations; return how many were claimed."""
        with self.database.transaction() as session:
            dispatches = outbox.claim_next(
                session,
                now=self.clock(),
                channels=tuple(self.channels),
                lease_seconds=self.services.settings.lease_seconds,
                limit=limit,
            )
        for dispatch in dispatches:
            self._deliver(dispatch)
        return len(dispatches)

    def run_due(self) -> int:
        """Claim and do what is due; return how much was claimed."""
        with self.database.transaction() as session:
            claims = schedule.claim_due(session, now=self.clock(), lease_seconds=self.services.settings.lease_seconds)
        for claim in claims:
            try:
                with self.database.transaction() as session:
                    due.run(session, self.services, claim, now=self.clock())
                    schedule.mark_done(session, claim, now=self.clock())
            except LeaseLost:
                logger.info("Due work was taken over.", extra={"action": "lease_lost", "due_id": claim.due_id})
            except Exception as error:
                self._postpone_due(claim, error)
        return len(claims)

    def loop(self, step: Callable[[], int], stopping: Event) -> None:
        """Repeat `step` until `stopping` is set; when it finds nothing, pause until woken or the poll time is over."""
        seen = 0
        while not stopping.is_set():
            try:
                found = step()
            except Exception:
                # The database is away or locked: the rows are safe there, so wait and look again.
                logger.exception("A loop failed and goes on.", extra={"action": "loop_failed"})
                found = 0
            if not found:
                seen = self.wakeup.wait(seen, self.services.settings.poll_seconds)

    def _abandon_if_hopeless(self, claim: Claim) -> bool:
        """Give up a message that took its workers down with it: its attempts are used up, yet none left an error."""
        if claim.attempt <= self.services.settings.max_attempts:
            return False
        self._give_up(claim, "every worker that tried it died")
        return True

    def _prepare(self, claims: Sequence[Claim]) -> list[Prepared]:
        """Understand the batch together; if that fails, one by one, so that one message cannot stop the others."""
        if not claims:
            return []
        try:
            return self.reader.prepare(claims, now=self.clock())
        except Exception as error:
            if len(claims) == 1:
                self._postpone(claims[0], error)
                return []
            return [prepared for claim in claims for prepared in self._prepare([claim])]

    def _handle_all(self, batch: Sequence[Prepared]) -> None:
        """Run a batch's turns: all in one transaction while nobody else waits to write, else one by one.

        Only the last one waits for the disk, and with it all before it are safe there. Nothing leaves earlier: the
        claim of a reply that is to be sent waits for the disk too.
        """
        # What was begun before may have ended its process: it must not take others with it time and again.
        is_begun_again = any(prepared.claim.attempt > 1 for prepared in batch)
        is_awaited = self.database.is_postgresql  # where others write at the same time, and may always wait
        while batch:
            together = batch[:1] if is_awaited or is_begun_again else batch
            n_done, is_awaited = self._handle_together(together, is_synced=len(together) == len(batch))
            batch = batch[n_done:]

    def _handle_together(self, batch: Sequence[Prepared], *, is_synced: bool) -> tuple[int, bool]:
        """Run turns in one transaction until somebody else waits to write; return how many are done, and whether so.

        If one of them fails none has happened: those before it are run again, each by itself.
        """
        n_run, is_awaited = 0, False
        try:
            with self.database.transaction(is_synced=is_synced, is_patient=True) as session:
                while n_run < len(batch) and not is_awaited:
                    self._run_turn(session, batch[n_run])
                    n_run += 1
                    is_awaited = self.database.is_awaited()
        except Exception as error:
            self.services.directory.forget()  # it may know names that were rolled back
            if n_run == 0:
                self._settle(batch[0], error)
                return 1, self.database.is_postgresql
            for prepared in batch[:n_run]:
                self._handle(prepared)
        return n_run, is_awaited

    def _handle(self, prepared: Prepared, *, is_guarded: bool = False) -> None:
        """Run a turn in a transaction of its own."""
        try:
            with self.database.transaction() as session:
                self._run_turn(session, prepared, is_guarded=is_guarded)
        except Exception as error:
            self.services.directory.forget()
            self._settle(prepared, error, was_guarded=is_guarded)

    def _settle(self, prepared: Prepared, error: Exception, *, was_guarded: bool = False) -> None:
        """Go on from a failed turn: a refused one runs again, so that the refusal is kept and said; others later."""
        if isinstance(error, LeaseLost):
            extra = {"action": "lease_lost", "inbox_id": prepared.claim.inbox_id}
            logger.info("A message was taken over.", extra=extra)
        elif isinstance(error, PermissionRefused) and not was_guarded:
            self._handle(prepared, is_guarded=True)
        else:
            self._postpone(prepared.claim, error)

    def _run_turn(self, session: Session, prepared: Prepared, *, is_guarded: bool = False) -> None:
        """Run a turn in a session that knows nothing of the turns before it."""
        dialogue.run_turn(session, self.services, self.handlers, prepared, now=self.clock(), is_guarded=is_guarded)
        session.flush()
        session.expunge_all()
        session.info.clear()

    def _postpone(self, claim: Claim, error: Exception) -> None:
        """Set the next attempt, or after the last one open a ticket with the original text."""
        logger.exception("A turn failed.", extra={"action": "turn_failed", "inbox_id": claim.inbox_id}, exc_info=error)
        settings = self.services.settings
        with self.database.transaction() as session:
            if claim.attempt < settings.max_attempts:
                pause = backoff_seconds(claim.attempt, settings.retry_base_seconds)
                inbox.mark_failed(
                    session, claim, available_at=self.clock() + timedelta(seconds=pause), error=repr(error)
                )
                return
        self._give_up(claim, repr(error))

    def _give_up(self, claim: Claim, error: str) -> None:
        try:
            with self.database.transaction() as session:
                recovery.give_up(session, self.services, claim, error=error, now=self.clock())
        except LeaseLost:
            logger.info("A message was taken over.", extra={"action": "lease_lost", "inbox_id": claim.inbox_id})

    def _deliver(self, dispatch: Dispatch) -> None:
        channel = self.channels[dispatch.channel]
        event_code = None
        try:
            if dispatch.kind is OutboxKind.SERVICE and dispatch.action is not None:
                event_code = channel.set_service(dispatch.message.address, dispatch.action)
                platform_id = ""
            else:
                platform_id = channel.send(dispatch.message)
        except DeliveryError as error:
            self._note_failure(dispatch, error)
        except Exception as error:
            logger.exception("A delivery failed.", extra={"action": "send_failed", "outbox_id": dispatch.outbox_id})
            self._note_failure(dispatch, DeliveryError("retry", repr(error)))
        else:
            with self.database.transaction() as session:
                outbox.mark_sent(session, dispatch, platform_id=platform_id, now=self.clock(), event_code=event_code)

    def _note_failure(self, dispatch: Dispatch, error: DeliveryError) -> None:
        extra = {"action": "delivery_error", "outbox_id": dispatch.outbox_id, "failure": error.failure}
        logger.warning("A reply was not delivered.", extra=extra)
        # An answer that was lost may mean that the reply was: said twice is better than never. Once, for it may go on.
        may_be_lost = error.failure == "uncertain" and dispatch.attempt == 1
        with self.database.transaction() as session:
            if may_be_lost or (error.failure == "retry" and dispatch.attempt < MAX_DELIVERY_ATTEMPTS):
                pause = error.retry_after_seconds or backoff_seconds(dispatch.attempt, 1.0)
                at = self.clock() + timedelta(seconds=pause)
                outbox.mark_failed(session, dispatch, available_at=at, error=error.reason)
                return
            status = _CLOSED_AS.get(error.failure, OutboxStatus.PARKED)
            outbox.mark_closed(session, dispatch, status, error=error.reason)
            if error.failure == "unreachable":
                session.get_one(Conversation, dispatch.conversation_id).is_reachable = False
            if status is OutboxStatus.PARKED:
                recovery.report_parked(session, self.services, dispatch, reason=error.reason, now=self.clock())
            elif status is OutboxStatus.HELD and dispatch.author == "staff":
                recovery.report_held(session, self.services, dispatch, now=self.clock())

    def _postpone_due(self, claim: schedule.DueClaim, error: Exception) -> None:
        logger.exception("Due work failed.", extra={"action": "due_failed", "due_id": claim.due_id}, exc_info=error)
        settings = self.services.settings
        at = None
        if claim.attempt < settings.max_attempts:
            at = self.clock() + timedelta(seconds=backoff_seconds(claim.attempt, settings.retry_base_seconds))
        with self.database.transaction() as session:
            schedule.mark_failed(session, claim, due_at=at, error=repr(error))


def backoff_seconds(attempt: int, base_seconds: float) -> float:
    """Return base * 2^(attempt-1), at most 300, times a random factor in [0.5, 1): 1 s base gives 0.5-1, 1-2, 2-4 s."""
    return float(min(MAX_BACKOFF_SECONDS, base_seconds * 2 ** (attempt - 1)) * random.uniform(0.5, 1.0))  # noqa: S311
