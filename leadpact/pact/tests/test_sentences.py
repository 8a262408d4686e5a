"""The pact in plain sentences, read by hand."""

from datetime import timedelta

import pytest

from leadpact.base.criteria import Condition, Operator, Scalar
from leadpact.pact import phrases
from leadpact.pact.document import default_pact_text, parse_pact
from leadpact.pact.sentences import Change, changes, plain, sentences
from leadpact.pact.types import ActClause, Caps, Pact

DEFAULT = """
[Who is a lead · both]
A person becomes a lead by one of these acts: a form submitted, a paper downloaded, a registration for a webinar, \
a webinar attended, a visit to our stand at an event, a reply to a mail, an enquiry, a meeting booked or a call to us.
[What earns points · both]
An act counts from its moment until midnight 30 days later. Days, weeks and months are those of Europe/London.
“page visit” earns 1 point, at most 3 a day. The act: a page viewed.
“pricing page” earns 5 points, at most 10 a day. The act: a page viewed (path starts with “/pricing”). \
It counts instead of “page visit”.
“mail opened” earns 1 point, at most 1 a day. The act: a mail opened.
“mail opened by a machine” earns nothing. The act: a mail opened (machine: yes). It counts instead of “mail opened”.
“mail clicked” earns 3 points. The act: a click in a mail.
“paper” earns 5 points. The act: a paper downloaded.
“video” earns 3 points. The act: a video watched.
“webinar” earns 20 points. The act: a webinar attended.
“event stand” earns 30 points. The act: a visit to our stand at an event.
[When a lead is ready for sales · both]
A lead is ready for sales from 50 points on.
It cools when it falls under 25 points.
“contact form” makes a person ready at once, whatever the points, until midnight 30 days later. \
The act: a form submitted (form is “contact”).
“demo request” makes a person ready at once, whatever the points, until midnight 30 days later. \
The act: a form submitted (form is “demo”).
[Who is not offered · both]
Our own people are never offered.
People of a competitor are never offered.
Nobody is offered while the company has an open deal; its owner is told.
A customer is never offered; the customer’s owner is told.
[What type a lead has · both]
A lead is of the type “inbound request” when it became ready by a form submitted (form is “contact” or “demo”), \
an enquiry, a meeting booked, a call to us or a reply to a mail.
A lead is of the type “event” when it became ready by a visit to our stand at an event, a registration for a webinar \
or a webinar attended.
A lead is of the type “content” when it became ready by a page viewed, a form submitted, a paper downloaded, \
a video watched, a mail opened, a click in a mail, a click on an advertisement or a response on social media.
When two types fit, the one that stands first here is taken.
[What marketing owes sales · marketing]
Marketing offers a lead within 4 working hours of the act that made it ready.
[What sales owes marketing · sales]
Sales accepts or rejects an offer within 4 working hours.
Sales makes at least 3 attempts to reach an accepted lead within 10 days.
Sales gives feedback on every lead within 14 days.
The head of sales answers within 2 working days when marketing contests what became of a lead.
[Which reasons may be given · sales]
An offer may be rejected for these reasons: “Wrong person”, “Too small for us”, “Already talking to us”, \
“Not now” with a date, “No need”, “Contact data is wrong” or “Other” with a note.
A lead may be recycled for these reasons: “Not now” with a date, “No budget this year” with a date, \
“We could not get to who decides”, “Could not be reached” or “Other” with a note.
A lead may be disqualified for these reasons: “Not a buyer (student, job seeker, staff, support)”, “Competitor”, \
“Poor fit”, “No need”, “Already here under another name”, “Not a real person or company” or “Other” with a note.
[What counts afterwards · both]
After a rejection, a recycle or cooling only acts that come later count.
A lead that is ready again within 90 days of a recycle continues the same pursuit.
[When both look at it again · both]
Both heads look at the pact again 3 months after it came in force.
"""


ZONE = "Days, weeks and months are those of Europe/London."


def default(*swaps: tuple[str, str], zone: str = "Europe/London") -> Pact:
    text = default_pact_text(zone)
    for old, new in swaps:
        assert old in text, old
        text = text.replace(old, new, 1)
    return parse_pact(text)


def said(*swaps: tuple[str, str]) -> list[str]:
    return plain(sentences(default(*swaps)))


def test_the_default_pact_reads_as_people_would_say_it() -> None:
    lines = [
        line for section in sentences(default()) for line in (f"[{section.title} · {section.side}]", *plain([section]))
    ]
    assert lines == DEFAULT.strip().splitlines()


def test_every_anchor_is_there_once_and_can_stand_in_an_address() -> None:
    sections = sentences(default(("- name: video\n", "- name: page-visit\n"), ("- name: paper\n", "- name: '!'\n")))
    anchors = [clause.anchor for section in sections for clause in section.clauses]
    assert len(set(anchors)) == len(anchors)
    assert all(anchor and " " not in anchor for anchor in anchors)
    assert [section.anchor for section in sections] == [
        "lead", "points-engagement", "ready", "never", "types", "marketing", "sales", "reasons", "after", "review",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("mode: calendar", "mode: rolling", "An act counts for exactly 30 times 24 hours. " + ZONE),
        ("days: 30, mode: calendar", "days: 1", "An act counts from its moment until midnight 1 day later. " + ZONE),
        ("window: {days: 30, mode: calendar}", "half_life: {days: 14}",
         "Points fade: after 14 days half of them are left, and less than one point is dropped. " + ZONE),
        ("    rules:", "    cap: 80\n    rules:", "All of it together gives at most 80 points at one time."),
        ("    rules:", "    account: true\n    rules:", "The acts of everybody at the company count."),
        ("    rules:", "    idle_loss: {days: 7, points: 2.5}\n    rules:",
         "Each time 7 days pass without an act, 2.5 points are taken away, but never below 0."),
        ("    rules:", "    group_caps: {web: 30}\n    rules:", "The group “web” gives at most 30 points at one time."),
        ("points: 20\n", "points: -12\n", "“webinar” takes 12 points away. The act: a webinar attended."),
        ("points: 20\n", "points: 1.5\n        group: live\n",
         "“webinar” earns 1.5 points. The act: a webinar attended. It belongs to the group “live”."),
        ("caps: {day: 10}", "caps: {day: 10, week: 20, lifetime: 40}",
         "“pricing page” earns 5 points, at most 10 a day, 20 a week and 40 in all. The act: a page viewed "
         "(path starts with “/pricing”). It counts instead of “page visit”."),
        ("  exclusions:", "  dwell: 36h\n  exclusions:", "Once ready, it stays ready for at least 36 hours."),
        ("  exclusions:", "  musts: {person.email: {known: true}}\n  exclusions:",
         "It is ready only when the person’s email is known."),
        ("  exclusions:", "  not_when: {company.country: [GB, IE]}\n  exclusions:",
         "Nobody is offered when the company’s country is “GB” or “IE”."),
        ("{promise: answer, within: 4h}", "{promise: answer, within: 1wd, calendar: Leeds}",
         "Sales accepts or rejects an offer within 1 working day. Working time is that of the calendar “Leeds”."),
        ("count: 3,", "count: 1,", "Sales makes at least 1 attempt to reach an accepted lead within 10 days."),
        ("    - {promise: offer,", "    - {promise: volume, count: 120}\n    - {promise: offer,",
         "Marketing hands over 120 ready leads a month."),
        ("  sales:\n", "  partner:\n    - {promise: attempts, count: 2, within: 2wd}\n  sales:\n",
         "A partner makes at least 2 attempts to reach an accepted lead within 2 working days."),
        ("rejected, recycled, cooled", "rejected", "After a rejection only acts that come later count."),
        ("format: 1", "format: 1\ngoals: {meetings a month: 20}", "“meetings a month”: 20."),
        ("kind: video.watched\n", "kind: client.Trial started\n", "“video” earns 3 points. The act: “Trial started”."),
    ],
)  # fmt: skip
def test_each_word_of_the_format_has_its_sentence(old: str, new: str, sentence: str) -> None:
    assert sentence not in said()
    assert sentence in said((old, new))


def test_several_scores_are_named_and_a_profile_is_said() -> None:
    fit = (
        "  - name: fit\n    of: profile\n    cap: 20\n    rules:\n"
        "      - {name: right size, points: 10, where: {company.size: {at_least: 50, at_most: 2000}}}\n"
        "      - {name: student, points: -10, where: {person.title: {contains: student}}}\n"
    )
    lines = said(("ready:\n", fit + "ready:\n"), ("[engagement] ", "[engagement, fit] "))
    assert "A lead is ready for sales from 50 points on, “engagement” and “fit” added up." in lines
    size = "the company’s size is 50 or more and the company’s size is 2000 or less"
    assert f"“right size” earns 10 points. It holds while {size}." in lines
    assert "“student” takes 10 points away. It holds while the person’s title contains “student”." in lines
    assert "All of it together gives at most 20 points." in lines


@pytest.mark.parametrize(
    ("operator", "value", "sentence"),
    [
        (Operator.IS, "contact", "form is “contact”"),
        (Operator.IS_NOT, "contact", "form is not “contact”"),
        (Operator.IN, ("a", "b", 3), "form is “a”, “b” or 3"),
        (Operator.NOT_IN, ("a", "b"), "form is not “a” or “b”"),
        (Operator.CONTAINS, "x", "form contains “x”"),
        (Operator.STARTS_WITH, "x", "form starts with “x”"),
        (Operator.AT_LEAST, 5, "form is 5 or more"),
        (Operator.AT_MOST, 5, "form is 5 or less"),
        (Operator.KNOWN, True, "form is known"),
        (Operator.KNOWN, False, "form is not known"),
        (Operator.IS, True, "form: yes"),
        (Operator.IS, False, "form: no"),
        (Operator.IS_NOT, True, "form: no"),
        (Operator.IN, (True, "maybe"), "form is yes or “maybe”"),
        (Operator.IS, "{value} and {0}", "form is “{value} and {0}”"),  # a value is never a template
    ],
)
def test_every_operator_can_be_said(operator: Operator, value: Scalar | tuple[Scalar, ...], sentence: str) -> None:
    assert phrases.condition_sentence(Condition("form", operator, value)) == sentence


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("4h", "4 working hours"),
        ("1h", "1 working hour"),
        ("90m", "90 working minutes"),
        ("1h30m", "1 h 30 min of working time"),
        ("2wd", "2 working days"),
        ("10d", "10 days"),
        ("1d", "1 day"),
        ("soon", "soon"),
    ],
)
def test_amounts_of_time_are_said_with_their_clock(written: str, words: str) -> None:
    assert phrases.amount(written) == words


@pytest.mark.parametrize(
    ("milli", "words"),
    [(1_000, "1 point"), (1_001, "1.001 points"), (0, "0 points"), (500, "0.5 points"), (-1_000, "1 point")],
)
def test_one_point_is_singular_and_nothing_else(milli: int, words: str) -> None:
    assert phrases.points(milli) == words


def test_lists_and_times_are_said() -> None:
    assert (phrases.one_of([]), phrases.one_of(["a"]), phrases.all_of(["a", "b"])) == ("", "a", "a and b")
    assert phrases.caps(Caps()) == ""
    assert phrases.stretch(timedelta(minutes=90)) == "90 minutes"
    assert phrases.stretch(timedelta(hours=48)) == "2 days"
    assert phrases.act(ActClause("client.Signed up")) == "“Signed up”"


def test_two_pacts_are_compared_clause_by_clause() -> None:
    found = changes(
        default(),
        default(
            ("up: 50 ", "up: 60 "),
            ("      - name: video\n        kind: video.watched\n        points: 3\n\n", ""),
            ("    - {promise: offer,", "    - {promise: volume, count: 120}\n    - {promise: offer,"),
        ),
    )
    assert found == (
        Change("What earns points", "both", "points-engagement-rule-video",
               "“video” earns 3 points. The act: a video watched.", None),
        Change("When a lead is ready for sales", "both", "ready-up",
               "A lead is ready for sales from 50 points on.", "A lead is ready for sales from 60 points on."),
        Change("What marketing owes sales", "marketing", "marketing-volume",
               None, "Marketing hands over 120 ready leads a month."),
    )  # fmt: skip
    assert changes(default(), default()) == ()
