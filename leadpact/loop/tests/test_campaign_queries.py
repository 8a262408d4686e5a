"""Every query file about campaigns runs on the database at hand and gives the columns its header names."""

import pytest
from django.db import connection

from leadpact.base.query_file import read_query, to_dbapi
from leadpact.loop import campaigns

pytestmark = pytest.mark.django_db

NUMBERS = {"limit": 1}


@pytest.mark.parametrize("name", campaigns.names())
def test_a_query_gives_the_columns_of_its_header(name: str) -> None:
    asked = read_query(campaigns.FOLDER / f"{name}.sql")
    with connection.cursor() as cursor:
        cursor.execute(to_dbapi(asked), {param.name: NUMBERS.get(param.name) for param in asked.params})
        assert [each[0] for each in cursor.description] == [column.name for column in asked.columns]
    assert asked.counts


@pytest.mark.parametrize(
    ("days", "within", "is_measured"),
    [
        ([], 180, False),
        ([10, 20, 30, 40], 180, False),  # four deals say nothing yet
        ([50, 10, 40, 20, 30], 40, True),  # four of five
        ([10, 20, 30, 40, 50, 60], 50, True),  # 4.8 of six: the fifth
        (list(range(1, 101)), 80, True),
        ([7] * 5, 7, True),
    ],
)
def test_a_cohort_is_ripe_after_the_days_within_which_four_of_five_were_won(
    days: list[int], within: int, is_measured: bool
) -> None:
    found = campaigns.ripening_of(days)
    assert (found.days, found.deals, found.is_measured) == (within, len(days), is_measured)
