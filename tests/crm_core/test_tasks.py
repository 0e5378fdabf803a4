from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from crm_core.customers import create_account
from crm_core.errors import InvalidField, PermissionRefused, RecordNotFound
from crm_core.models import TaskStatus
from crm_core.permissions import Actor
from crm_core.tasks import (
    complete_task,
    create_task,
    delete_task,
    find_tasks,
    get_task,
    is_overdue,
    list_tasks,
    postpone_task,
    reminder_times,
    reopen_task,
    update_task,
)
from tests.crm_core.conftest import ActorOf


def test_a_task_is_ones_own_unless_given_to_another(session: Session, as_staff: ActorOf) -> None:
    assert create_task(session, as_staff("li"), title="Call Ann").owner_id == as_staff("li").user_id
    given = create_task(session, as_staff("sun"), title="Call Bob", owner_id=as_staff("li").user_id)
    assert [task.title for task in list_tasks(session, as_staff("li"))] == ["Call Ann", "Call Bob"]
    assert given.owner_id == as_staff("li").user_id


def test_reps_give_no_tasks_and_supervisors_only_to_their_team(session: Session, as_staff: ActorOf) -> None:
    for giver, receiver in (("li", "wang"), ("sun", "zhao")):
        with pytest.raises(PermissionRefused):
            create_task(session, as_staff(giver), title="x", owner_id=as_staff(receiver).user_id)
    with pytest.raises(RecordNotFound):
        create_task(session, as_staff("sun"), title="x", owner_id=999)


def test_a_task_about_a_colleagues_account_is_refused(session: Session, as_staff: ActorOf) -> None:
    account = create_account(session, as_staff("wang"), name="Acme")
    with pytest.raises(PermissionRefused):
        create_task(session, as_staff("li"), title="Call", account_id=account.id)


def test_the_program_names_an_owner(session: Session, system: Actor, as_staff: ActorOf) -> None:
    with pytest.raises(InvalidField, match="owner"):
        create_task(session, system, title="Call")
    assert create_task(session, system, title="Call", owner_id=as_staff("li").user_id).id


def test_lists_show_the_next_due_first_and_leave_out_what_is_done(
    session: Session, as_staff: ActorOf, now: datetime
) -> None:
    li = as_staff("li")
    create_task(session, li, title="no date")
    create_task(session, li, title="tomorrow", due_at=now + timedelta(days=1))
    create_task(session, li, title="late", due_at=now - timedelta(days=1))
    done = create_task(session, li, title="done", due_at=now)
    complete_task(session, li, done)
    assert [task.title for task in list_tasks(session, li)] == ["late", "tomorrow", "no date"]
    assert [task.title for task in list_tasks(session, li, until=now)] == ["late"]
    assert [task.title for task in list_tasks(session, li, since=now)] == ["tomorrow"]
    assert len(list_tasks(session, li, include_done=True)) == 4
    assert list_tasks(session, as_staff("wang"), owner_id=li.user_id) == []
    assert len(list_tasks(session, as_staff("sun"), owner_id=li.user_id)) == 3
    assert len(list_tasks(session, as_staff("qian"), everyone=True)) == 3


def test_tasks_are_found_by_number_and_by_words(session: Session, as_staff: ActorOf) -> None:
    li = as_staff("li")
    task = create_task(session, li, title="Send the Quote")
    assert find_tasks(session, li, f"#{task.id}") == [task]
    assert find_tasks(session, li, "quote") == [task]
    assert find_tasks(session, li, " ") == []
    with pytest.raises(PermissionRefused):
        find_tasks(session, as_staff("wang"), str(task.id))
    with pytest.raises(RecordNotFound):
        find_tasks(session, li, "999")


def test_done_once_is_done(session: Session, as_staff: ActorOf, now: datetime) -> None:
    li = as_staff("li")
    task = create_task(session, li, title="Call", due_at=now - timedelta(hours=1))
    assert is_overdue(task, now)
    complete_task(session, li, task)
    complete_task(session, li, task)
    assert (task.status, task.completed_at) == (TaskStatus.DONE, now)
    assert not is_overdue(task, now)
    reopen_task(session, li, task)
    assert (task.status, task.completed_at) == (TaskStatus.TODO, None)


def test_a_delay_has_a_reason_and_a_later_time(session: Session, as_staff: ActorOf, now: datetime) -> None:
    li = as_staff("li")
    task = create_task(session, li, title="Call", due_at=now)
    for due_at, reason in ((now + timedelta(days=1), " "), (now, "busy")):
        with pytest.raises(InvalidField):
            postpone_task(session, li, task, due_at=due_at, reason=reason)
    postpone_task(session, li, task, due_at=now + timedelta(days=1), reason="客户出差")
    assert (task.status, task.delay_reason, task.due_at) == (
        TaskStatus.DELAYED,
        "客户出差",
        now + timedelta(days=1),
    )
    complete_task(session, li, task)
    with pytest.raises(InvalidField, match="done"):
        postpone_task(session, li, task, due_at=now + timedelta(days=2), reason="busy")


def test_a_correction_is_no_delay(session: Session, as_staff: ActorOf, now: datetime) -> None:
    li = as_staff("li")
    task = create_task(session, li, title="Call", due_at=now + timedelta(days=3))
    update_task(session, li, task, due_at=now + timedelta(days=2), title="Call Ann")
    assert (task.status, task.title) == (TaskStatus.TODO, "Call Ann")
    with pytest.raises(PermissionRefused):
        update_task(session, li, task, owner_id=as_staff("wang").user_id)


def test_reminders_are_a_day_before_and_at_the_due_time(session: Session, as_staff: ActorOf, now: datetime) -> None:
    li = as_staff("li")
    far = create_task(session, li, title="far", due_at=now + timedelta(days=3))
    near = create_task(session, li, title="near", due_at=now + timedelta(hours=3))
    undated = create_task(session, li, title="some day")
    assert reminder_times(far) == [now + timedelta(days=2), now + timedelta(days=3)]
    assert reminder_times(near) == [now + timedelta(hours=3)]
    assert reminder_times(undated) == []
    assert reminder_times(complete_task(session, li, far)) == []


def test_a_deleted_task_is_gone(session: Session, as_staff: ActorOf) -> None:
    task = create_task(session, as_staff("li"), title="Call")
    delete_task(session, as_staff("li"), task)
    assert list_tasks(session, as_staff("li")) == []
    with pytest.raises(RecordNotFound):
        get_task(session, as_staff("li"), task.id)
