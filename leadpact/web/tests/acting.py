"""Somebody of the cast at a browser."""

import re
from typing import Protocol

from django.contrib.auth import get_user_model
from django.test import Client


class Page(Protocol):
    @property
    def content(self) -> bytes: ...


def browser_of(user: int) -> Client:
    client = Client()
    client.force_login(get_user_model().objects.get(pk=user))
    return client


def words_of(page: Page) -> str:
    """What a reader sees: the text of a page with single spaces."""
    body = page.content.decode().partition("<main")[2] or page.content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def reads_well(page: Page) -> bool:
    """Nothing that only a programmer would write: no None, no "lead(s)", no unfilled slot, no tag left over."""
    words = words_of(page)
    return not re.search(r"\bNone\b|\(s\)|%\(|\{%|\{\{|\bTrue\b|\bFalse\b", words)
