"""The commands menu beside the input field, for each language.

Telegram shows a user the list of his client's language, else the list without language.
Source: core.telegram.org/bots/api#setmycommands.
"""

from __future__ import annotations

from adapters.telegram.connection import ApiBot

#: name and description, in the order shown
COMMANDS = {
    "zh": (("start", "开始"), ("help", "我能帮您做什么"), ("person", "转人工客服"), ("ticket", "我的工单")),
    "en": (
        ("start", "Start"),
        ("help", "What I can do for you"),
        ("person", "Talk to a person"),
        ("ticket", "My tickets"),
    ),
}


async def publish_menu(bot: ApiBot, *, default_language: str) -> None:
    """Set the menu for every language that we speak, and `default_language`'s for all others."""
    await bot.set_my_commands(COMMANDS[default_language])
    for language, commands in COMMANDS.items():
        await bot.set_my_commands(commands, language_code=language)
