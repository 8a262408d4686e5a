"""What somebody uploads is hostile until it is shown to be a PDF, and its name never becomes a path."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from leadpact.capture import files
from leadpact.capture.errors import BadFile

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n%%EOF\n"


def test_a_pdf_is_kept_under_its_digest_for_us_alone(tmp_path: Path) -> None:
    kept = files.keep([PDF[:3], PDF[3:]], "guide.pdf", folder=tmp_path)
    assert (kept.name, kept.size) == ("guide.pdf", len(PDF))
    path = files.path_of(kept.digest, folder=tmp_path)
    assert path.read_bytes() == PDF
    assert path.stat().st_mode & 0o077 == 0
    assert files.keep([PDF], "same.pdf", folder=tmp_path).digest == kept.digest
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    "content",
    [b"", b"%PD", b"<html>%PDF-1.7 %%EOF", b"MZ" + PDF, b"%PDF-1.7 cut short", b"\n" + PDF],
)
def test_whatever_is_no_pdf_is_refused_and_nothing_stays(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(BadFile):
        files.keep([content] if content else [], "guide.pdf", folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_too_large_is_refused_while_it_comes(tmp_path: Path) -> None:
    taken = 0

    def chunks() -> Iterator[bytes]:
        nonlocal taken
        yield b"%PDF-"
        while True:
            taken += 1
            yield b"x" * 1024 * 1024

    with pytest.raises(BadFile):
        files.keep(chunks(), "guide.pdf", folder=tmp_path)
    assert taken == 25
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("guide.pdf", "guide.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\papers\\Guide 2026.PDF", "Guide 2026.pdf"),
        ('a"; filename="x.exe', "a__ filename__x.exe.pdf"),
        ("", "paper.pdf"),
        ("..", "paper.pdf"),
        ("Prüf\r\nung.pdf", "Prüf__ung.pdf"),
        ("x" * 300, "x" * 100 + ".pdf"),
    ],
)
def test_a_name_from_outside_becomes_a_plain_one(name: str, safe: str) -> None:
    assert files.safe_name(name) == safe


@pytest.mark.parametrize("digest", ["../secret_key", "", "a" * 63, "A" * 64, "0" * 64])
def test_only_a_digest_of_a_file_that_is_there_opens_one(digest: str, tmp_path: Path) -> None:
    with pytest.raises(BadFile):
        files.path_of(digest, folder=tmp_path)
