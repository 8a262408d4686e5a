"""Names that nobody knows are an error, wherever they stand: a misspelt filter would list everything."""

from collections.abc import Callable, Mapping
from functools import cache, wraps
from typing import Any

from django.http import HttpRequest, QueryDict
from ninja.operation import Operation

from leadpact.base.wording import worded
from leadpact.web.api.refusals import FieldsWrong

type View = Callable[..., Any]
type Known = Mapping[str, frozenset[str]]


def known_only(view: View) -> View:
    """Refuse what an operation is asked beyond its parameters; what its body may hold, its own shape says."""
    operation: Operation = getattr(view, "_ninja_operation")  # noqa: B009  # ninja puts it there

    @cache
    def known() -> Known:
        return {str(model.__ninja_param_source__): frozenset(_names(model)) for model in operation.models}

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kw: object) -> Any:
        _demand(request.GET, known().get("query", frozenset()))
        if request.content_type == "multipart/form-data":
            _demand(request.POST, known().get("form", frozenset()))
            _demand(request.FILES, known().get("file", frozenset()))
        return view(request, *args, **kw)

    return answer


def _demand(said: Mapping[str, object] | QueryDict, known: frozenset[str]) -> None:
    wrong = {name: "There is no such field." for name in said if name not in known}
    if isinstance(said, QueryDict):
        wrong |= {name: "It holds a NUL character." for name, values in said.lists() if "\x00" in "".join(values)}
    if wrong:
        fields = [{"field": name[:80], "message": message} for name, message in sorted(wrong.items())]
        raise FieldsWrong(
            worded("{field}: {reason}", field=fields[0]["field"], reason=fields[0]["message"]),
            details={"fields": fields},
        )


def _names(model: Any) -> list[str]:
    flat = getattr(model, "__ninja_flatten_map__", None)
    return list(flat) if flat is not None else [field.alias or name for name, field in model.model_fields.items()]
