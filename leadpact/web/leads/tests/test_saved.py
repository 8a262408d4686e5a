"""Saved views: whoever made one changes it, everybody here may see a shared one, and a partner sees their own alone."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from leadpact.flow import clock
from leadpact.web.tests.acting import browser_of, reads_well, words_of
from leadpact.worklist import keeping
from leadpact.worklist.types import KeptView
from tests import cast
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Cast:
    return cast.found()


def save(client: Client, name: str, query: str, **more: str) -> str:
    """Press "Save view"; returns where that leads."""
    return str(client.post("/leads/views/save/", {"name": name, "query": query, **more})["Location"])


def view_of(company: Cast, user: int, name: str) -> KeptView:
    kept = keeping.kept_for(user, is_one_of_us=user != company.pat)
    return next(view for view in kept.views if view.name == name)


def sees(user: int, text: str) -> bool:
    return text in words_of(browser_of(user).get("/leads/?view=all"))


def test_a_view_keeps_filters_order_and_columns_and_leaves_out_the_page(company: Cast) -> None:
    client = browser_of(company.mia)
    query = "after=WzFd&min=20&owner=nobody&view=engaged&sort=name&order=reversed&junk=1"
    where = save(client, "  Warm   ones ", query, columns="score,junk,owner")
    view = view_of(company, company.mia, "Warm ones")
    assert view.query == "view=engaged&owner=nobody&min=20&sort=name&order=reversed"
    assert view.columns == ("score", "owner")
    assert where == f"/leads/?{view.query}&saved={view.id}"
    text = client.get(where).content.decode()
    assert re.search(r'aria-current="page">Warm ones</a>', text)
    assert "changed" not in words_of(client.get(where))
    assert client.get(f"/leads/?saved={view.id}")["Location"] == where
    assert reads_well(client.get(where))


def test_a_shared_view_is_seen_by_everybody_here_and_by_no_partner(company: Cast) -> None:
    save(browser_of(company.mia), "My own", "view=mine")
    save(browser_of(company.mia), "For all of us", "view=ready", shared="on")
    assert sees(company.mia, "My own")
    assert sees(company.mia, "For all of us")
    assert not sees(company.olga, "My own")
    assert sees(company.olga, "For all of us")
    assert not sees(company.pat, "For all of us")
    shared = view_of(company, company.mia, "For all of us")
    assert browser_of(company.pat).get(f"/leads/?saved={shared.id}").status_code == 200  # all leads, as for no view
    save(browser_of(company.pat), "Ours", "view=all", shared="on")
    assert not view_of(company, company.pat, "Ours").is_shared
    assert not sees(company.mia, "Ours")


@pytest.mark.parametrize("what", ["change", "drop", "open"])
def test_nobody_touches_the_view_of_somebody_else(company: Cast, what: str) -> None:
    save(browser_of(company.mia), "My own", "view=mine")
    save(browser_of(company.mia), "For all of us", "view=ready", shared="on")
    own, shared = (view_of(company, company.mia, name) for name in ("My own", "For all of us"))
    for user in (company.ann, company.olga, company.pat):
        sent = {"name": "Taken over"}
        assert browser_of(user).post(f"/leads/views/{own.id}/{what}/", sent).status_code == 404
        answer = browser_of(user).post(f"/leads/views/{shared.id}/{what}/", sent).status_code
        assert answer == (404 if user == company.pat else 400 if what == "drop" and user == company.ann else 302)
    names = {view.name for view in keeping.kept_for(company.mia, is_one_of_us=True).views}
    expected = {"change": {"My own", "Taken over"}, "drop": {"My own"}, "open": {"My own", "For all of us"}}
    assert names == expected[what]  # olga keeps the house: shared views are hers to tidy up


def test_a_view_is_renamed_shared_and_shows_what_the_list_shows_now(company: Cast) -> None:
    client = browser_of(company.mia)
    save(client, "First", "view=mine")
    view = view_of(company, company.mia, "First")
    client.post(f"/leads/views/{view.id}/change/", {"name": "Second", "shared": "yes"})
    assert sees(company.olga, "Second")
    changed = client.get(f"/leads/?{view.query}&min=30&saved={view.id}")
    assert "Second changed" in words_of(changed)
    assert "Keep changes" in words_of(changed)
    assert "Keep changes" not in words_of(browser_of(company.ann).get(f"/leads/?view=mine&min=30&saved={view.id}"))
    client.post(f"/leads/views/{view.id}/change/", {"query": "view=mine&min=30", "columns": "score"})
    kept = view_of(company, company.mia, "Second")
    assert (kept.query, kept.columns, kept.is_shared) == ("view=mine&min=30", ("score",), True)
    assert "Mine; Score: at least 30" in words_of(client.get("/leads/views/"))


def test_a_name_is_used_once_by_one_owner(company: Cast) -> None:
    mia, ann = browser_of(company.mia), browser_of(company.ann)
    save(mia, "Warm", "view=mine")
    save(ann, "Warm", "view=mine")
    page = mia.post("/leads/views/save/", {"name": "WARM", "query": "view=ready"}, follow=True)
    assert "You have a view named WARM already." in words_of(page)
    assert "A view needs a name" in words_of(mia.post("/leads/views/save/", {"name": " "}, follow=True))
    assert len(keeping.kept_for(company.mia, is_one_of_us=True).views) == 1


def test_the_list_opens_with_the_view_its_reader_chose(company: Cast) -> None:
    client = browser_of(company.mia)
    save(client, "Warm", "view=engaged&min=20")
    view = view_of(company, company.mia, "Warm")
    assert client.get("/leads/").status_code == 200
    client.post(f"/leads/views/{view.id}/open/", {"on": "yes"})
    assert client.get("/leads/")["Location"] == f"/leads/?view=engaged&min=20&saved={view.id}"
    assert client.get("/leads/?view=all").status_code == 200
    assert browser_of(company.ann).get("/leads/").status_code == 200
    client.post(f"/leads/views/{view.id}/open/", {"on": "no"})
    assert client.get("/leads/").status_code == 200


def test_a_default_that_is_shared_no_more_opens_nothing(company: Cast) -> None:
    save(browser_of(company.mia), "For all of us", "view=ready", shared="on")
    view = view_of(company, company.mia, "For all of us")
    browser_of(company.ann).post(f"/leads/views/{view.id}/open/", {"on": "yes"})
    assert browser_of(company.ann).get("/leads/").status_code == 302
    browser_of(company.mia).post(f"/leads/views/{view.id}/change/", {"shared": "no"})
    assert browser_of(company.ann).get("/leads/").status_code == 200


def test_a_view_that_was_deleted_comes_back_for_some_minutes(company: Cast) -> None:
    client = browser_of(company.mia)
    save(client, "Warm", "view=engaged&min=20", columns="score,due", shared="on")
    before = view_of(company, company.mia, "Warm")
    page = client.post(f"/leads/views/{before.id}/drop/", follow=True)
    assert "“Warm” is gone from the views. Undo" in words_of(page)
    assert keeping.kept_for(company.mia, is_one_of_us=True).views == ()
    client.post("/leads/undo/")
    after = view_of(company, company.mia, "Warm")
    assert (after.query, after.columns, after.is_shared) == (before.query, before.columns, True)


def test_the_page_of_views_says_what_each_shows_and_what_to_do_without_one(company: Cast) -> None:
    client = browser_of(company.ann)
    assert "No views yet" in words_of(client.get("/leads/views/"))
    now = clock.now()
    text = "view=cooling&owner=me&within=7&stage=lead&type=content"
    keeping.keep("Going cold", text, by=company.by(company.ann), now=now - timedelta(days=1))
    page = client.get("/leads/views/")
    said = "Cooling soon; Stage: Lead; Owner: me; Began by: Content; Last act: in 7 days"
    assert said in words_of(page)
    assert reads_well(page)
