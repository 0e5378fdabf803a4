"""Lets `python -m bot.cli` do what `crmbot` does."""

from bot.cli import main

main()
