"""The Bot API's methods over a world in memory: chats, messages, files, presses.

Every method takes (parameters, files) and returns the result, or raises `ApiError` with the server's own words.
Source: core.telegram.org/bots/api; tdlib/telegram-bot-api, Client.cpp.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Any

from tests.simulators.telegram_markup import ApiError, check_keyboard, parse_html, utf16_length

Files = dict[str, tuple[str, bytes]]
PHOTO_LIMIT_BYTES = 10_000_000
UPLOAD_LIMIT_BYTES = 50_000_000
DOWNLOAD_LIMIT_BYTES = 20_000_000
GENERAL_TOPIC = 1


@dataclass
class SimulatedChat:
    """A chat as the server knows it."""

    id: int
    type: str
    title: str = ""
    #: the words of the 403, when the bot may not write: None while it may
    closed: str | None = None
    migrated_to: int | None = None
    topics: set[int] = field(default_factory=set)

    def to_json(self) -> dict[str, Any]:
        """Return the Chat object."""
        if self.type == "private":
            return {"id": self.id, "type": self.type, "first_name": self.title}
        return {"id": self.id, "type": self.type, "title": self.title}


class World:
    """Everything that the server remembers besides updates."""

    def __init__(self, *, bot_id: int, username: str, now: int) -> None:
        self.me = {"id": bot_id, "is_bot": True, "first_name": "crmbot", "username": username, "can_join_groups": True}
        self.now = now
        self.chats: dict[int, SimulatedChat] = {}
        self.messages: dict[tuple[int, int], dict[str, Any]] = {}
        self.next_message_id = 1
        self.files: dict[str, tuple[str, bytes]] = {}
        self.hidden_sizes: set[str] = set()
        self.open_presses: set[str] = set()
        self.commands: dict[str, list[dict[str, str]]] = {}
        self.texts: dict[tuple[str, str], str] = {}

    def new_message(self, chat: SimulatedChat, **fields: Any) -> dict[str, Any]:
        """Add a message to a chat."""
        message = {"message_id": self.next_message_id, "date": self.now, "chat": chat.to_json(), **fields}
        self.messages[chat.id, self.next_message_id] = message
        self.next_message_id += 1
        return message

    # -- methods, by their names in the API -------------------------------------------------------

    def get_me(self, _parameters: dict[str, Any], _files: Files) -> dict[str, Any]:
        return self.me

    def send_message(self, parameters: dict[str, Any], _files: Files) -> dict[str, Any]:
        chat = self._writable(parameters)
        text, entities = self._formatted(parameters, "text", 4096, "message is too long")
        if not text.strip():
            raise ApiError(400, "Bad Request: message text is empty")
        return self._sent(chat, parameters, text=text, **({"entities": entities} if entities else {}))

    def send_photo(self, parameters: dict[str, Any], files: Files) -> dict[str, Any]:
        _name, content = self._upload("photo", parameters, files)
        if len(content) > PHOTO_LIMIT_BYTES:
            raise ApiError(400, "Bad Request: file is too big")
        width, height = _picture_size(content)
        if width + height > 10_000 or max(width, height) > 20 * min(width, height):
            raise ApiError(400, "Bad Request: PHOTO_INVALID_DIMENSIONS")
        return self._sent_file(parameters, photo=[{**self.add_file("photo.jpg", content), "width": 90, "height": 60}])

    def send_document(self, parameters: dict[str, Any], files: Files) -> dict[str, Any]:
        name, content = self._upload("document", parameters, files)
        return self._sent_file(parameters, document={**self.add_file(name, content), "file_name": name})

    def send_chat_action(self, parameters: dict[str, Any], _files: Files) -> bool:
        self._writable(parameters)
        if parameters.get("action") not in {"typing", "upload_photo", "upload_document"}:
            raise ApiError(400, "Bad Request: wrong parameter action in request")
        return True

    def answer_callback_query(self, parameters: dict[str, Any], _files: Files) -> bool:
        if parameters.get("callback_query_id") not in self.open_presses:
            raise ApiError(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        if utf16_length(parameters.get("text", "")) > 200:
            raise ApiError(400, "Bad Request: MESSAGE_TOO_LONG")
        self.open_presses.discard(parameters["callback_query_id"])
        return True

    def edit_message_reply_markup(self, parameters: dict[str, Any], _files: Files) -> dict[str, Any]:
        message = self._editable(parameters)
        return self._edited(message, parameters, {})

    def edit_message_text(self, parameters: dict[str, Any], _files: Files) -> dict[str, Any]:
        message = self._editable(parameters)
        text, entities = self._formatted(parameters, "text", 4096, "message is too long")
        return self._edited(message, parameters, {"text": text} | ({"entities": entities} if entities else {}))

    def set_my_commands(self, parameters: dict[str, Any], _files: Files) -> bool:
        for command in parameters["commands"]:
            name, description = command["command"], command["description"]
            if not (1 <= len(name) <= 32 and name.isascii() and name.lower() == name and 1 <= len(description) <= 256):
                raise ApiError(400, "Bad Request: BOT_COMMAND_INVALID")
        self.commands[parameters.get("language_code", "")] = parameters["commands"]
        return True

    def get_my_commands(self, parameters: dict[str, Any], _files: Files) -> list[dict[str, str]]:
        return self.commands.get(parameters.get("language_code", ""), [])

    def set_my_name(self, parameters: dict[str, Any], _files: Files) -> bool:
        return self._set_text("name", parameters, 64)

    def set_my_short_description(self, parameters: dict[str, Any], _files: Files) -> bool:
        return self._set_text("short_description", parameters, 120)

    def set_my_description(self, parameters: dict[str, Any], _files: Files) -> bool:
        return self._set_text("description", parameters, 512)

    def get_file(self, parameters: dict[str, Any], _files: Files) -> dict[str, Any]:
        file_id = parameters.get("file_id")
        if file_id not in self.files:
            raise ApiError(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        name, content = self.files[file_id]
        if len(content) > DOWNLOAD_LIMIT_BYTES and file_id not in self.hidden_sizes:
            raise ApiError(400, "Bad Request: file is too big")
        return {**self._file_json(file_id), "file_path": f"documents/{file_id}_{name}"}

    # -- what they share --------------------------------------------------------------------------

    def add_file(self, name: str, content: bytes, *, hides_size: bool = False) -> dict[str, Any]:
        """Keep a file on the server; return its object. With `hides_size` its size is nowhere told."""
        file_id = f"file{len(self.files) + 1}"
        self.files[file_id] = (name, content)
        if hides_size:
            self.hidden_sizes.add(file_id)
        return self._file_json(file_id)

    def _file_json(self, file_id: str) -> dict[str, Any]:
        known = {"file_id": file_id, "file_unique_id": f"u{file_id}"}
        return known if file_id in self.hidden_sizes else known | {"file_size": len(self.files[file_id][1])}

    def _writable(self, parameters: dict[str, Any]) -> SimulatedChat:
        chat = self.chats.get(int(parameters.get("chat_id", 0)))
        if chat is None:
            raise ApiError(400, "Bad Request: chat not found")
        if chat.migrated_to is not None:
            raise ApiError(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                {"migrate_to_chat_id": chat.migrated_to},
            )
        if chat.closed is not None:
            raise ApiError(403, f"Forbidden: {chat.closed}")
        thread = parameters.get("message_thread_id")
        if thread is not None and (int(thread) == GENERAL_TOPIC or int(thread) not in chat.topics):
            raise ApiError(400, "Bad Request: message thread not found")
        return chat

    def _formatted(
        self, parameters: dict[str, Any], name: str, limit: int, too_long: str
    ) -> tuple[str, list[dict[str, Any]]]:
        source = parameters.get(name, "")
        mode = parameters.get("parse_mode", "")
        if mode not in {"", "HTML"}:
            raise ApiError(400, "Bad Request: unsupported parse_mode")
        text, entities = parse_html(source) if mode else (source, [])
        if utf16_length(text) > limit:
            raise ApiError(400, f"Bad Request: {too_long}")
        return text, entities[:100]

    def _sent(self, chat: SimulatedChat, parameters: dict[str, Any], **fields: Any) -> dict[str, Any]:
        check_keyboard(parameters.get("reply_markup"), is_private=chat.type == "private")
        quote = parameters.get("reply_parameters")
        if quote:
            quoted = self.messages.get((chat.id, int(quote["message_id"])))
            if quoted is None and not quote.get("allow_sending_without_reply"):
                raise ApiError(400, "Bad Request: message to be replied not found")
            fields |= {"reply_to_message": quoted} if quoted else {}
        if "inline_keyboard" in (parameters.get("reply_markup") or {}):
            fields["reply_markup"] = parameters["reply_markup"]
        return self.new_message(chat, **{"from": self.me}, **fields)

    def _sent_file(self, parameters: dict[str, Any], **fields: Any) -> dict[str, Any]:
        chat = self._writable(parameters)
        text, entities = self._formatted(parameters, "caption", 1024, "message caption is too long")
        caption = {"caption": text} if text else {}
        return self._sent(chat, parameters, **fields, **caption, **({"caption_entities": entities} if entities else {}))

    def _upload(self, name: str, parameters: dict[str, Any], files: Files) -> tuple[str, bytes]:
        self._writable(parameters)
        if name not in files:
            raise ApiError(400, f"Bad Request: there is no {name} in the request")
        if len(files[name][1]) > UPLOAD_LIMIT_BYTES:
            raise ApiError(413, "Request Entity Too Large")
        return files[name]

    def _editable(self, parameters: dict[str, Any]) -> dict[str, Any]:
        self._writable(parameters)
        message = self.messages.get((int(parameters["chat_id"]), int(parameters.get("message_id", 0))))
        if message is None:
            raise ApiError(400, "Bad Request: message to edit not found")
        if message.get("from", {}).get("id") != self.me["id"]:
            raise ApiError(400, "Bad Request: message can't be edited")
        return message

    def _edited(self, message: dict[str, Any], parameters: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
        """Apply an edit; leaving out reply_markup removes the keyboard."""
        markup = parameters.get("reply_markup") or None
        check_keyboard(markup, is_private=message["chat"]["type"] == "private")
        if message.get("reply_markup") == markup and all(message.get(key) == value for key, value in changes.items()):
            raise ApiError(
                400,
                "Bad Request: message is not modified: specified new message content and reply markup "
                "are exactly the same as a current content and reply markup of the message",
            )
        message.pop("reply_markup", None)
        message |= changes | ({"reply_markup": markup} if markup else {}) | {"edit_date": self.now}
        return message

    def _set_text(self, name: str, parameters: dict[str, Any], limit: int) -> bool:
        text = parameters.get(name, "")
        if utf16_length(text) > limit:
            raise ApiError(400, f"Bad Request: bot {name.replace('_', ' ')} is too long")
        self.texts[name, parameters.get("language_code", "")] = text
        return True


def _picture_size(content: bytes) -> tuple[int, int]:
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        width, height = struct.unpack(">II", content[16:24])
        return width, height
    if content.startswith(b"\xff\xd8\xff"):
        return 100, 100
    raise ApiError(400, "Bad Request: IMAGE_PROCESS_FAILED")
