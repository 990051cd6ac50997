"""Bodies that may come as JSON or as a form with a file: read alike, refused alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PureWindowsPath
from typing import Any, TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.datastructures import UploadFile

from screentest.api.api_route import FORM, JSON
from screentest.api.schemas.fields import MAX_NAME_LENGTH
from screentest.api.strict_json import loads

M = TypeVar("M", bound=BaseModel)

_MAX_FIELDS = 16


@dataclass(frozen=True)
class SentFile:
    """A file of a form."""

    #: As the client calls it: for people, never a path.
    name: str
    data: bytes

    @property
    def title(self) -> str:
        """Its name without folders, of whatever system, and its kind; as long as a name may be."""
        stem = PureWindowsPath(self.name).stem
        return "".join(letter for letter in stem if letter.isprintable())[:MAX_NAME_LENGTH]


def json_or_form(
    model: type[BaseModel], *, required: Sequence[str], fields: Mapping[str, Any]
) -> dict[str, Any]:
    """What the OpenAPI document says of a body that is ``model`` as JSON, or a form.

    What the model refers to has to be among the components: another body has the same fields.
    """
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    schema.pop("$defs", None)
    form = {"type": "object", "required": required, "properties": fields}
    content = {JSON: {"schema": schema}, FORM: {"schema": form}}
    return {"requestBody": {"required": True, "content": content}}


def is_form(request: Request) -> bool:
    """Whether the body is a form; else it is JSON."""
    return request.headers.get("content-type", "").lower().startswith(FORM)


async def read_fields(
    request: Request, *, file: str, json_fields: frozenset[str] = frozenset()
) -> tuple[Any, SentFile | None]:
    """The fields of a body and the file in the form's field ``file``, None where there is none.

    Args:
        request: whose body is read.
        file: the form's field with the file.
        json_fields: fields of a form that are written as JSON.

    Raises:
        RequestValidationError: something that should be JSON is not.
    """
    if not is_form(request):
        return _json(await request.body()), None
    async with request.form(max_files=1, max_fields=_MAX_FIELDS) as form:
        sent = form.get(file)
        found = None
        if isinstance(sent, UploadFile):
            found = SentFile(sent.filename or "", await sent.read())
        fields = {name: value for name, value in form.items() if name != file}
    return {
        name: _json(value, name) if name in json_fields else value for name, value in fields.items()
    }, found


def validated(model: type[M], fields: Any) -> M:
    """What the fields make.

    Raises:
        RequestValidationError: they do not fit.
    """
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        faults = [_in_body(fault) for fault in error.errors()]
        raise RequestValidationError(faults, body=fields) from None


def _in_body(fault: Mapping[str, Any]) -> dict[str, Any]:
    return {**fault, "loc": ("body", *fault["loc"])}


def _json(text: Any, *where: str) -> Any:
    try:
        return loads(text)
    except (TypeError, ValueError) as error:
        fault = {
            "loc": ("body", *where),
            "msg": f"this is not JSON: {error}",
            "type": "json_invalid",
        }
        raise RequestValidationError([fault], body=dict.fromkeys(where, text)) from None
