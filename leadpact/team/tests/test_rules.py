"""When a mail may go; every moment here is worked by hand."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from leadpact.team.rules import after_quiet_hours, mail_due_at
from leadpact.team.types import ByMail, QuietHours

LONDON, KOLKATA = ZoneInfo("Europe/London"), ZoneInfo("Asia/Kolkata")
NIGHT, LUNCH = QuietHours(time(20), time(7)), QuietHours(time(12), time(13))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("quiet", "zone", "at", "goes"),
    [
        (NIGHT, LONDON, "2026-03-03 19:59:59", "2026-03-03 19:59:59"),  # a second before they begin
        (NIGHT, LONDON, "2026-03-03 20:00", "2026-03-04 07:00"),  # the first moment is quiet
        (NIGHT, LONDON, "2026-03-04 06:59:59", "2026-03-04 07:00"),
        (NIGHT, LONDON, "2026-03-04 07:00", "2026-03-04 07:00"),  # the last one no longer
        (NIGHT, LONDON, "2026-03-28 22:00", "2026-03-29 06:00"),  # 07:00 is British summer time by then
        (NIGHT, LONDON, "2026-10-24 21:00", "2026-10-25 07:00"),  # 22:00 in summer; 07:00 in winter
        (NIGHT, LONDON, "2026-07-01 06:00", "2026-07-01 06:00"),  # 07:00 on the wall
        (LUNCH, LONDON, "2026-03-03 12:30", "2026-03-03 13:00"),
        (LUNCH, LONDON, "2026-03-03 13:30", "2026-03-03 13:30"),
        (QuietHours(time(22), time(1, 30)), LONDON, "2026-03-28 23:00", "2026-03-29 01:30"),  # a time that night skips
        (QuietHours(time(21), time(8)), KOLKATA, "2026-03-03 16:00", "2026-03-04 02:30"),  # 21:30 there, to 08:00
        (QuietHours(time(9), time(9)), LONDON, "2026-03-03 10:00", "2026-03-03 10:00"),  # none at all
        (None, LONDON, "2026-03-03 23:00", "2026-03-03 23:00"),
    ],
)
def test_a_mail_waits_until_the_quiet_hours_are_over(
    quiet: QuietHours | None, zone: ZoneInfo, at: str, goes: str
) -> None:
    assert after_quiet_hours(utc(at), quiet, zone) == utc(goes)


@pytest.mark.parametrize(
    ("mail", "quiet", "at", "goes"),
    [
        (ByMail.NEVER, None, "2026-03-03 10:00", None),
        (ByMail.AT_ONCE, None, "2026-03-03 10:00", "2026-03-03 10:00"),
        (ByMail.AT_ONCE, NIGHT, "2026-03-03 21:00", "2026-03-04 07:00"),
        (ByMail.DAILY, None, "2026-03-03 10:00", "2026-03-04 08:00"),
        (ByMail.DAILY, None, "2026-03-03 07:59", "2026-03-03 08:00"),
        (ByMail.DAILY, None, "2026-03-03 08:00", "2026-03-04 08:00"),  # that morning's mail has gone
        (ByMail.DAILY, NIGHT, "2026-03-03 10:00", "2026-03-04 08:00"),
        (ByMail.DAILY, QuietHours(time(18), time(9)), "2026-03-03 10:00", "2026-03-04 09:00"),  # a late riser
    ],
)
def test_a_mail_goes_at_once_or_in_the_morning_as_was_chosen(
    mail: ByMail, quiet: QuietHours | None, at: str, goes: str | None
) -> None:
    assert mail_due_at(utc(at), mail, quiet, LONDON) == (utc(goes) if goes else None)
