"""A Bot API server on loopback: the real wire protocol, people to write to the bot, and failures on request.

    with TelegramSimulator() as telegram:
        settings = Settings(telegram_token=telegram.token, telegram_base_url=telegram.base_url, …)
        telegram.write(42, "你好")                       # a person writes; returns the update's id
        telegram.wait_until(lambda: telegram.sent_to(42))
        telegram.press(42, telegram.sent_to(42)[-1], "👍")  # presses a button by its label

It checks what the real server checks, in the real server's words, and keeps every call in `calls`.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

from tests.simulators.telegram_delivery import Delivery
from tests.simulators.telegram_markup import ApiError
from tests.simulators.telegram_methods import Files, SimulatedChat, World
from tests.simulators.telegram_wire import Request, Response, serve

#: 2026-11-23 02:00 UTC, the tests' present
NOW = 1795399200
RECEIVING = {"getUpdates", "setWebhook", "deleteWebhook", "getWebhookInfo"}


@dataclass(frozen=True)
class Call:
    """One call of the Bot API."""

    method: str
    parameters: dict[str, Any]
    files: Files
    #: HTTP status of the answer; 0 where the connection was broken
    status: int


@dataclass
class Fault:
    """What happens to the next calls of a method instead of its answer."""

    method: str
    times: int
    response: Response | None
    #: the call still has its effect: only its answer is lost
    has_effect: bool = False
    delay_seconds: float = 0.0


class TelegramSimulator:
    """One bot's server. Methods may be called from any thread."""

    def __init__(
        self,
        *,
        token: str = "123456:AAHsimulated-token",
        username: str = "crm_demo_bot",
        is_cloud: bool = False,
        webhook_retry_seconds: float = 0.01,
        now: int = NOW,
    ) -> None:
        self.token = token
        self.username = username
        self.calls: list[Call] = []
        #: (update_id, HTTP status) of each post to the webhook; status 0: no answer
        self.posts: list[tuple[int, int]] = []
        self.downloads: list[str] = []
        self.world = World(bot_id=int(token.partition(":")[0]), username=username, now=now)
        self._faults: list[Fault] = []
        self._users: dict[int, dict[str, Any]] = {}
        self._update_ids = itertools.count(1000)
        self._press_ids = itertools.count(1)
        self._is_cloud = is_cloud
        self._webhook_retry_seconds = webhook_retry_seconds
        self._changed = threading.Condition()

    # -- life -------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._live(ready)), daemon=True)
        self._thread.start()
        assert ready.wait(10)
        return self

    def __exit__(self, *_error: object) -> None:
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()

    @property
    def base_url(self) -> str:
        """What goes into CRMBOT_TELEGRAM_BASE_URL."""
        return f"http://127.0.0.1:{self._port}/bot"

    @property
    def base_file_url(self) -> str:
        """What goes into CRMBOT_TELEGRAM_BASE_FILE_URL."""
        return f"http://127.0.0.1:{self._port}/file/bot"

    async def _live(self, ready: threading.Event) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        self._delivery = Delivery(
            is_cloud=self._is_cloud,
            retry_seconds=self._webhook_retry_seconds,
            report_post=self._posted,
            report_confirmed=self._tell,
        )
        server, self._port = await serve(self._handle)
        ready.set()
        await self._stopping.wait()
        server.close()
        await self._delivery.close()
        await _turns()  # a connection that is just being accepted becomes a conversation, which can be ended
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await _turns()  # closed connections give back their sockets

    # -- people -----------------------------------------------------------------------------------

    def user(self, user_id: int, *, name: str = "Wei", language: str | None = "zh-hans") -> dict[str, Any]:
        """Return a person, known to the server from then on, with a private chat."""
        if user_id not in self._users:
            user = {"id": user_id, "is_bot": False, "first_name": name}
            self._users[user_id] = user | ({"language_code": language} if language else {})
            self.world.chats[user_id] = SimulatedChat(user_id, "private", name)
        return self._users[user_id]

    def group(self, chat_id: int, *, title: str = "Shop", topics: tuple[int, ...] = ()) -> SimulatedChat:
        """Return a group that the bot is in."""
        chat = SimulatedChat(chat_id, "supergroup", title, topics=set(topics))
        return self.world.chats.setdefault(chat_id, chat)

    def write(self, user_id: int, text: str | None = None, *, chat_id: int | None = None, **fields: Any) -> int:
        """Let a person write; `fields` are those of a Message. Returns the update's id."""
        return self.push("message", self.compose(user_id, text, chat_id=chat_id, **fields))

    def compose(
        self, user_id: int, text: str | None = None, *, chat_id: int | None = None, **fields: Any
    ) -> dict[str, Any]:
        """Return a person's message, kept by the server but not yet told to the bot."""
        user = self.user(user_id)
        chat = self.world.chats[chat_id or user_id]
        words = {} if text is None else {"text": text, "entities": _command_entities(text)}
        return self.world.new_message(chat, **{"from": user, **words, **fields})

    def press(self, user_id: int, message: dict[str, Any], button: str) -> int:
        """Let a person press a button, named by its label or its data. Returns the update's id."""
        rows = message.get("reply_markup", {}).get("inline_keyboard", [])
        data = next((b["callback_data"] for row in rows for b in row if b["text"] == button), button)
        press_id = str(next(self._press_ids))
        self.world.open_presses.add(press_id)
        query = {"id": press_id, "from": self.user(user_id), "message": message, "chat_instance": "1", "data": data}
        return self.push("callback_query", query)

    def block(self, user_id: int) -> int:
        """Let a person block the bot."""
        self.world.chats[user_id].closed = "bot was blocked by the user"
        return self._change_membership(user_id, "member", "kicked")

    def unblock(self, user_id: int) -> int:
        """Let a person unblock the bot."""
        self.world.chats[user_id].closed = None
        return self._change_membership(user_id, "kicked", "member")

    def migrate(self, old_id: int, new_id: int) -> None:
        """Upgrade a group to a supergroup with another id, with the service message in the old one."""
        old = self.world.chats[old_id]
        self.group(new_id, title=old.title)
        self.push("message", self.world.new_message(old, migrate_to_chat_id=new_id))
        self.push("message", self.world.new_message(self.world.chats[new_id], migrate_from_chat_id=old_id))
        old.migrated_to = new_id

    def push(self, kind: str, body: Any, *, update_id: int | None = None) -> int:
        """Queue any update, such as a kind that nobody knows; returns its id."""
        number = next(self._update_ids) if update_id is None else update_id
        # a copy through JSON: what the bot gets must not change with the server's own message
        update = json.loads(json.dumps({"update_id": number, kind: body}))
        asyncio.run_coroutine_threadsafe(self._delivery.add(update), self._loop).result()
        return number

    def interrupt_poll(self, *waiting: dict[str, Any]) -> None:
        """End the running poll with 409; the updates in `waiting` are there when the next poll asks."""
        self._loop.call_soon_threadsafe(self._delivery.interrupt, list(waiting))

    def _change_membership(self, user_id: int, old: str, new: str) -> int:
        user = self.user(user_id)

        def member(status: str) -> dict[str, Any]:
            until = {"until_date": 0} if status == "kicked" else {}
            return {"user": self.world.me, "status": status, **until}

        return self.push(
            "my_chat_member",
            {
                "chat": self.world.chats[user_id].to_json(),
                "from": user,
                "date": self.world.now,
                "old_chat_member": member(old),
                "new_chat_member": member(new),
            },
        )

    # -- failures ---------------------------------------------------------------------------------

    def fail(
        self, method: str, code: int, description: str, *, times: int = 1, parameters: dict[str, Any] | None = None
    ) -> None:
        """Refuse the next calls of a method."""
        self._faults.append(Fault(method, times, _refusal(ApiError(code, description, parameters))))

    def answer_raw(self, method: str, status: int, body: bytes, *, times: int = 1) -> None:
        """Answer the next calls of a method with anything, such as a gateway's page."""
        self._faults.append(Fault(method, times, Response(status, body, "text/html")))

    def lose_answer(self, method: str, *, times: int = 1, has_effect: bool = True) -> None:
        """Break the connection instead of answering the next calls; with their effect, or before it."""
        self._faults.append(Fault(method, times, None, has_effect=has_effect))

    def hang(self, method: str, *, seconds: float, times: int = 1) -> None:
        """Answer the next calls of a method so late that nobody listens any more."""
        self._faults.append(Fault(method, times, None, has_effect=True, delay_seconds=seconds))

    # -- what one looks at ------------------------------------------------------------------------

    def calls_of(self, method: str) -> list[Call]:
        """Return the calls of a method, oldest first."""
        return [call for call in list(self.calls) if call.method == method]

    def sent_to(self, chat_id: int) -> list[dict[str, Any]]:
        """Return the bot's messages in a chat as they are now, oldest first."""
        return [
            message
            for (chat, _number), message in list(self.world.messages.items())
            if chat == chat_id and message.get("from", {}).get("id") == self.world.me["id"]
        ]

    @property
    def pending(self) -> list[int]:
        """The ids of the updates that the bot has not confirmed."""
        return [update["update_id"] for update in self._delivery.pending]

    def webhook_info(self) -> dict[str, Any]:
        """Return what getWebhookInfo returns."""
        return self._delivery.webhook_info()

    def wait_until(self, condition: Callable[[], object], *, timeout_seconds: float = 10.0) -> None:
        """Wait until the condition holds; it is looked at after each call, post and confirmation."""
        with self._changed:
            assert self._changed.wait_for(condition, timeout_seconds), "nothing more came"

    # -- the wire ---------------------------------------------------------------------------------

    async def _handle(self, request: Request) -> Response | None:
        if request.path.startswith("/file/bot"):
            return self._download(request.path.removeprefix("/file/bot"))
        match = re.fullmatch(r"/bot(?P<token>[^/]+)/(?P<method>\w+)", request.path)
        if match is None:
            return _refusal(ApiError(404, "Not Found"))
        if match["token"] != self.token:
            return _refusal(ApiError(401, "Unauthorized"))
        parameters, files = request.parameters()
        response = await self._answer(match["method"], parameters, files)
        status = 0 if response is None else response.status
        self.calls.append(Call(match["method"], parameters, files, status))
        self._tell()
        return response

    async def _answer(self, method: str, parameters: dict[str, Any], files: Files) -> Response | None:
        fault = self._take_fault(method)
        if fault is not None and not fault.has_effect:
            return fault.response
        try:
            result = await self._call(method, parameters, files)
        except ApiError as error:
            return _refusal(error)
        if fault is not None:
            await asyncio.sleep(fault.delay_seconds)
            return fault.response
        return _json(200, {"ok": True, "result": result})

    async def _call(self, method: str, parameters: dict[str, Any], files: Files) -> Any:
        if method == "getUpdates":
            return await self._delivery.get_updates(parameters)
        if method == "setWebhook":
            return self._delivery.set_webhook(parameters)
        if method == "deleteWebhook":
            return await self._delivery.delete_webhook(parameters)
        if method == "getWebhookInfo":
            return self._delivery.webhook_info()
        handler = getattr(self.world, _snake_case(method), None)
        if handler is None:
            raise ApiError(404, "Not Found")
        return handler(parameters, files)

    def _download(self, rest: str) -> Response:
        token, _, path = rest.partition("/")
        file_id = path.partition("/")[2].partition("_")[0]
        if token != self.token or file_id not in self.world.files:
            return _refusal(ApiError(404, "Not Found"))
        self.downloads.append(path)
        return Response(200, self.world.files[file_id][1], "application/octet-stream")

    def _take_fault(self, method: str) -> Fault | None:
        fault = next((fault for fault in self._faults if fault.method == method), None)
        if fault is not None:
            fault.times -= 1
            if not fault.times:
                self._faults.remove(fault)
        return fault

    def _posted(self, update_id: int, status: int) -> None:
        self.posts.append((update_id, status))
        self._tell()

    def _tell(self) -> None:
        with self._changed:
            self._changed.notify_all()


async def _turns() -> None:
    """Let the loop do what is due."""
    for _ in range(5):
        await asyncio.sleep(0)


def _refusal(error: ApiError) -> Response:
    body = {"ok": False, "error_code": error.code, "description": error.description}
    return _json(error.code, body | ({"parameters": error.parameters} if error.parameters else {}))


def _json(status: int, body: dict[str, Any]) -> Response:
    return Response(status, json.dumps(body).encode())


def _snake_case(method: str) -> str:
    return re.sub(r"[A-Z]", lambda letter: f"_{letter.group().lower()}", method)


def _command_entities(text: str) -> list[dict[str, Any]]:
    match = re.match(r"/\w+(@\w+)?", text)
    return [] if match is None else [{"type": "bot_command", "offset": 0, "length": match.end()}]
