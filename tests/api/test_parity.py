"""Whatever a page changes, a program can change too; where it cannot, docs/reference/api-and-pages.csv says why."""

import csv
from enum import Enum
from importlib import import_module
from pkgutil import iter_modules

from pydantic import BaseModel

from leadpact.web import api as package
from tests.access.listing import REFERENCE, listed

POSTS = [each for each in listed() if each.method == "POST"]
COLLECTOR = "write key"  # an API of its own, for what prospects do
PAGES = {each.address: each for each in POSTS if not each.is_api and each.verb != COLLECTOR}
OPERATIONS = {each.address: each for each in POSTS if each.is_api}
# What a page asks of its reader is asked of a program as well; these pages ask otherwise than their operation.
OTHERWISE = {
    "/o/<str:token>/",  # whoever has the link of the mail needs no log-in; a program needs lead.answer
    "/deals/new/<int:company_id>/",
}  # fmt: skip


def rows() -> list[tuple[str, str, str]]:
    with (REFERENCE / "api-and-pages.csv").open(newline="", encoding="utf-8") as file:
        return [(row["page"], row["operation"], row["why_none"]) for row in csv.DictReader(file)]


def test_every_button_of_the_pages_has_an_operation_or_a_reason_why_not() -> None:
    pages = {page for page, _operation, _why in rows()}
    assert PAGES.keys() - pages == set(), "give them an operation and name it in docs/reference/api-and-pages.csv"
    assert pages - PAGES.keys() == set(), "take them out of docs/reference/api-and-pages.csv"
    assert len(rows()) == len(set(rows()))


def test_what_the_list_names_is_there_and_each_line_says_one_thing() -> None:
    for page, operation, why in rows():
        assert bool(operation) is not bool(why), page
        assert not operation or operation in OPERATIONS, operation
        assert not why or why.endswith("."), page


def test_an_operation_asks_for_the_verb_of_its_page() -> None:
    pairs = [(PAGES[page], OPERATIONS[operation]) for page, operation, _why in rows() if operation]
    wrong = [(page, operation) for page, operation in pairs if page.verb != operation.verb]
    assert {page.address for page, _operation in wrong} <= OTHERWISE
    assert len(pairs) >= 80


def test_no_two_shapes_of_the_description_have_one_name() -> None:
    """The description knows them by their names alone: of two the later would stand for both."""
    modules = [import_module(f"{package.__name__}.{each.name}") for each in iter_modules(package.__path__)]
    shapes = {
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, BaseModel | Enum)
    }
    names = [shape.__name__ for shape in shapes]
    assert sorted(name for name in set(names) if names.count(name) > 1) == []
    assert len(names) > 100
