"""The bytes of a mail read back as what was written."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from leadpact.nurture.handing import message_of
from leadpact.nurture.types import Rendered


def read_back(mail: Rendered, **more: str) -> EmailMessage:
    said = {"to": "a@b.example", "sender": "Truemark", "key": "mail-1", **more}
    written = message_of(mail, **said).message().as_bytes()
    assert b"\n" not in written.replace(b"\r\n", b"")
    found = message_from_bytes(written, policy=policy.default)
    assert isinstance(found, EmailMessage)
    assert found.defects == []
    return found


@pytest.mark.parametrize(
    "text",
    [
        "Hello\n\nthere\n",
        "Grüße, 日本 = 100 %\n.\n..dots\n",
        "x" * 2_000 + "\n",
        "trailing space \nand tab\t\n",
        "line\r\nends\n",
        "From here =3D\n",
    ],
)
def test_words_read_back_as_they_were_written(text: str) -> None:
    found = read_back(Rendered("Subject", text, f"<p>{text}</p>"))
    for kind, wanted in (("plain", text), ("html", f"<p>{text}</p>")):
        body = found.get_body((kind,))
        assert body is not None
        assert body.get_content().replace("\r\n", "\n").rstrip("\n") == wanted.replace("\r\n", "\n").rstrip("\n")


@pytest.mark.parametrize("subject", ["Plain", "Prüfung für Größen " * 8, "日本語", "a: b <c>"])
def test_a_subject_reads_back(subject: str) -> None:
    assert read_back(Rendered(subject, "x", "x"))["Subject"] == " ".join(subject.split())


def test_the_head_says_who_writes_and_how_to_stop_it() -> None:
    found = read_back(Rendered("s", "x", "x"), sender="Prüf & Co", unsubscribe_url="https://ours.example/m/u/x/")
    assert found["From"].addresses[0].display_name == "Prüf & Co"
    assert (found["To"], found["List-Unsubscribe"]) == ("a@b.example", "<https://ours.example/m/u/x/>")
    assert found["Date"].datetime is not None


@pytest.mark.parametrize("to", ["a@b.example\r\nBcc: c@d.example", "a\n@b.example"])
def test_no_address_adds_a_line_to_the_head(to: str) -> None:
    with pytest.raises(ValueError, match="cannot stand in the head"):
        message_of(Rendered("s", "x", "x"), to=to, sender="us", key="k").message().as_bytes()
