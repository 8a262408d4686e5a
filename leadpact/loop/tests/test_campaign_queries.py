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
