"""What the demo's staff promised: mostly done, some late, some due in the next days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, time, timedelta

from bot.demo.interactions import Told
from bot.demo.scene import SHANGHAI, Row, Scene, language_of, read_object
from crm_core.models import Account, Role, Task, TaskStatus

PROMISED_SHARE = 0.75  # of the follow-ups become a task
DUE_HOURS = (10, 15, 18)
FORGOTTEN_DAYS = 10  # what is older has been done, sooner or later
LATE_SHARE = 0.4  # of what was due lately is not done yet
OPEN_EACH = 4  # every rep has at least so much to do
DESK_ROLES = (Role.SUPERVISOR, Role.MANAGER, Role.SUPPORT)


def write_tasks(scene: Scene, told: Sequence[Told]) -> list[Task]:
    """Write the tasks that follow from interactions, and enough others that everybody's list is worth a look."""
    words = read_object("words.json")
    tasks = [
        _follow_up(scene, entry, words["delays"])
        for entry in told
        if entry.follow_up and scene.dice.random() < PROMISED_SHARE
    ]
    tasks += _for_reps(scene, tasks, words["tasks"]["account"])
    tasks += _for_desks(scene, words["tasks"]["desk"])
    scene.add_all(tasks)
    return tasks


def _follow_up(scene: Scene, entry: Told, delays: Row) -> Task:
    occurred_at = entry.interaction.occurred_at
    task = Task(
        title=entry.follow_up,
        owner_id=entry.interaction.owner_id,
        due_at=_due(scene, occurred_at, scene.dice.randrange(2, 10)),
        account_id=entry.account.id,
        contact_id=entry.contacts[0].id,
        interaction_id=entry.interaction.id,
        created_at=occurred_at,
        updated_at=occurred_at,
    )
    _settle(scene, task, delays[language_of(entry.account)])
    return task


def _settle(scene: Scene, task: Task, delays: Sequence[str]) -> None:
    """Decide how the task ended, or how it stands."""
    due_at = task.due_at or task.created_at
    is_recent = due_at > scene.now - timedelta(days=FORGOTTEN_DAYS)
    if due_at > scene.now:
        task.status = scene.pick(((TaskStatus.TODO, 8), (TaskStatus.DOING, 2)))
    elif is_recent and scene.dice.random() < LATE_SHARE:
        task.status = scene.pick(((TaskStatus.DELAYED, 1), (TaskStatus.TODO, 1)))
    else:
        task.status = TaskStatus.DONE
        task.completed_at = task.updated_at = _done_at(scene, task.created_at, due_at)
    if task.status is TaskStatus.DELAYED:
        task.delay_reason = scene.dice.choice(delays)
        task.updated_at = due_at


def _done_at(scene: Scene, promised_at: datetime, due_at: datetime) -> datetime:
    """Roll when it was done: in office hours between the promise and the due day, a few on the day after."""
    waited = (due_at - promised_at) * scene.dice.uniform(0.2, 1.1)
    done_at = scene.moment(scene.workday((promised_at + waited).astimezone(SHANGHAI).date()))
    return min(max(done_at, promised_at + timedelta(minutes=30)), scene.now)


def _for_reps(scene: Scene, tasks: Sequence[Task], titles: Row) -> list[Task]:
    """Top up the list of every rep with open tasks on accounts of his own, each account once."""
    open_counts = Counter(task.owner_id for task in tasks if task.status is not TaskStatus.DONE)
    return [
        _open_task(scene, owner_id, _title(scene, account, titles), account)
        for owner_id, accounts in scene.active_accounts().items()
        for account in scene.dice.sample(accounts, max(0, min(len(accounts), OPEN_EACH - open_counts[owner_id])))
    ]


def _for_desks(scene: Scene, titles: Row) -> list[Task]:
    desks = [user for user in scene.users.values() if user.role in DESK_ROLES]
    return [
        _open_task(scene, user.id, title)
        for user in desks
        for title in scene.dice.sample(titles[user.language or "zh"], 2)
    ]


def _title(scene: Scene, account: Account, titles: Row) -> str:
    title: str = scene.dice.choice(titles[language_of(account)])
    return title.format(account=account.short_names[0])


def _open_task(scene: Scene, owner_id: int, title: str, account: Account | None = None) -> Task:
    since = scene.moment(scene.workday(scene.days_ago(scene.dice.randrange(1, 5))))
    return Task(
        title=title,
        owner_id=owner_id,
        due_at=_due(scene, scene.now, scene.dice.randrange(1, 9)),
        account_id=account.id if account else None,
        created_at=since,
        updated_at=since,
    )


def _due(scene: Scene, after: datetime, days: int) -> datetime:
    """Return a due time some days later; at a weekend it moves to the Monday."""
    day = after.astimezone(SHANGHAI).date() + timedelta(days=days)
    day += timedelta(days=(7 - day.weekday()) if day.weekday() > 4 else 0)
    return datetime.combine(day, time(scene.dice.choice(DUE_HOURS)), SHANGHAI)
