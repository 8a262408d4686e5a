"""Numbers in addresses: no longer than a database can hold, so that a longer one is an address there is not."""

from django.urls import register_converter


class Row:
    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(Row, "row")
