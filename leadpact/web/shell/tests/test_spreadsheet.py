"""What a spreadsheet must not run."""

import asyncio
from collections.abc import Iterable
from typing import cast

import pytest

from leadpact.web.shell.spreadsheet import csv_response, plain_cell


@pytest.mark.parametrize("cell", ["=1+1", "+44 113", "-2+3", "@SUM(A1)", "\t=1", " =HYPERLINK(1)"])
def test_a_cell_that_would_run_is_made_plain(cell: str) -> None:
    assert plain_cell(cell) == "'" + cell


@pytest.mark.parametrize(("value", "cell"), [(None, ""), (-5, "-5"), ("Hannah", "Hannah"), ("a=b", "a=b")])
def test_other_cells_stay_as_they_are(value: object, cell: str) -> None:
    assert plain_cell(value) == cell


def test_a_list_is_written_with_its_head_and_quotes() -> None:
    response = csv_response("leads", ["Name", "Score"], [["Fuchs, Lena", 81], ["=cmd", None]])
    text = b"".join(cast("Iterable[bytes]", response)).decode()
    assert text == '\ufeffName,Score\r\n"Fuchs, Lena",81\r\n\'=cmd,\r\n'
    assert response["Content-Disposition"] == 'attachment; filename="leads.csv"'


def test_an_asynchronous_server_gets_every_line_in_blocks() -> None:
    response = csv_response("many", ["Number"], ([number] for number in range(1_201)))

    async def blocks() -> list[bytes]:
        return [block async for block in response]

    found = asyncio.run(blocks())
    assert b"".join(found).decode().splitlines() == ["\ufeffNumber", *map(str, range(1_201))]
    assert len(found) == 3  # the mark and the head are two of 1,203 lines, 500 at a time
