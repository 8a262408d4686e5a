"""The words of a mail: what becomes a link, what is filled in, and that nothing becomes markup."""

import pytest

from leadpact.nurture import rules
from leadpact.nurture.errors import BadLetter
from leadpact.nurture.types import Footer

FOOTER = Footer("Truemark", "1 Gauge Lane\nSheffield", "You agreed.", "No more mails", "https://ours.example/m/u/x/")
HANNAH = {"name": "Hannah Webb", "first name": "Hannah", "company": "Northgate"}


def html_of(body: str, values: dict[str, str] | None = None) -> str:
    letter = rules.read("Subject", body)
    return rules.fragment(letter, values or HANNAH, letter.links.__getitem__)


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("Hello", "<p>Hello</p>"),
        ("One\ntwo\n\nthree", "<p>One<br>two</p>\n<p>three</p>"),
        ("# Head\nText", "<h2>Head</h2>\n<p>Text</p>"),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("**so** it is", "<p><b>so</b> it is</p>"),
        ("Hello {first name}", "<p>Hello Hannah</p>"),
        ("[guide](https://x.example/a?b=1&c=2).", '<p><a href="https://x.example/a?b=1&amp;c=2">guide</a>.</p>'),
        # The full stop stays out.
        ("https://x.example/a.", '<p><a href="https://x.example/a">https://x.example/a</a>.</p>'),
        ("[write](mailto:a@b.example)", '<p><a href="mailto:a@b.example">write</a></p>'),
    ],
)  # fmt: skip
def test_marks_become_what_they_say(body: str, html: str) -> None:
    assert html_of(body) == html


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        '[a"b](https://x.example/"onmouseover="alert(1))',
        "**<b onclick=x>**",
        "{name}",  # the name itself is hostile
    ],
)
def test_whatever_somebody_writes_stays_text(body: str) -> None:
    html = html_of(body, {"name": '<script>"x"</script>'})
    for bad in ("<script", "<img", "<b onclick", ' onmouseover="'):
        assert bad not in html


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "http://", "//x.example", "http://["])
def test_what_is_no_web_address_is_no_link(url: str) -> None:
    with pytest.raises(BadLetter) as refused:
        rules.read("Subject", f"[here]({url})")
    assert refused.value.details == {"field": "body"}


@pytest.mark.parametrize(
    ("subject", "body", "field"),
    [
        ("", "text", "subject"),
        ("x" * 201, "text", "subject"),
        ("s", "  ", "body"),
        ("s", "Hello {surname}", "body"),
        ("Hello {surname}", "text", "subject"),
        ("s", "\x00", "body"),
    ],
)
def test_what_cannot_be_sent_says_which_field(subject: str, body: str, field: str) -> None:
    with pytest.raises(BadLetter) as refused:
        rules.read(subject, body)
    assert refused.value.details == {"field": field}


@pytest.mark.parametrize(
    ("text", "name", "filled"),
    [
        ("Hi {first name|there}", "Hannah Webb", "Hi Hannah"),
        ("Hi {first name|there}", "", "Hi there"),
        ("Hi {first name|there}", "Webb, Hannah", "Hi Hannah"),
        ("Hi {first name}", "", "Hi "),
        ("Hi {name|all}", "{company}", "Hi {company}"),  # a name is not read again
    ],
)
def test_slots_are_filled_in_or_say_what_stands_instead(text: str, name: str, filled: str) -> None:
    assert rules.filled(text, {"name": name, "first name": rules.first_name(name)}) == filled


def test_both_forms_of_a_mail_say_the_same_and_end_with_who_writes_and_how_to_stop_it() -> None:
    letter = rules.read("For {company}", "Hello {first name},\n\n- [guide](https://x.example/g)\n- soon")
    mail = rules.write(letter, HANNAH, lambda link: f"https://ours.example/m/c/{link}/", FOOTER)
    assert mail.subject == "For Northgate"
    assert mail.text == (
        "Hello Hannah,\n\n- guide (https://ours.example/m/c/0/)\n- soon\n\n-- \n"
        "Truemark\n1 Gauge Lane · Sheffield\n\nYou agreed.\nNo more mails: https://ours.example/m/u/x/\n"
    )
    for part in ("Hello Hannah", 'href="https://ours.example/m/c/0/"', "1 Gauge Lane · Sheffield", "/m/u/x/"):
        assert part in mail.html


def test_a_link_that_stands_twice_is_one_link() -> None:
    assert rules.read("s", "https://x.example/a and [b](https://x.example/a)").links == ("https://x.example/a",)
