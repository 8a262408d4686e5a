"""Every query file runs on the database at hand and gives the columns its header names."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from leadpact.base.query_file import to_dbapi
from leadpact.loop import reads, running
from leadpact.loop.errors import UnknownReport
from leadpact.team import actions as team
from leadpact.team.types import SYSTEM

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 19, 9, 20, tzinfo=UTC)


def test_every_query_file_is_a_report_and_every_report_has_one() -> None:
    assert running.names() == sorted(reads.REPORTS)
    assert set(reads.FIVE) < set(reads.REPORTS)


@pytest.mark.parametrize("name", running.names())
def test_a_query_gives_the_columns_of_its_header(name: str) -> None:
    asked = running.query(name)
    with connection.cursor() as cursor:
        cursor.execute(to_dbapi(asked), {param.name: None for param in asked.params})
        assert [each[0] for each in cursor.description] == [column.name for column in asked.columns]


@pytest.mark.parametrize("name", running.names())
@pytest.mark.parametrize("visible_owners", [None, (), (3, 7)])
def test_a_new_company_has_numbers_of_nothing(name: str, visible_owners: tuple[int, ...] | None) -> None:
    team.ensure_defaults(by=SYSTEM, now=NOW)
    period = reads.period_of(now=NOW)
    found = reads.number(name, period, now=NOW, visible_owners=visible_owners)
    assert found.value in ({None} if found.unit == "share" else {0})
    assert (found.n, found.basis.startswith("1 Jun 2025 to 19 May 2026, Europe/London")) == (0, True)
    assert reads.rows(name, period, now=NOW, visible_owners=visible_owners).rows == ()


def test_a_report_nobody_knows_is_refused() -> None:
    with pytest.raises(UnknownReport):
        reads.number("../secrets", reads.period_of(now=NOW), now=NOW)
