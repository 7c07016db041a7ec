"""JSON to frozen dataclasses.

Members that a class does not know are left out, so that a newer daemon may add some. A member that an older daemon does not send is
None or empty where the class allows it.
"""

from __future__ import annotations

import dataclasses
import functools
import types
from collections import abc
from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from ..errors import UnexpectedAnswer

T = TypeVar("T")


def decode(kind: type[T], value: Any, where: str = "the answer") -> T:
    """A value of a dataclass or of a basic type."""
    return cast(T, _decoded(kind, value, where))


@functools.cache
def _fields(kind: Any) -> Mapping[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind)}


def _decoded(kind: Any, value: Any, where: str) -> Any:
    origin = get_origin(kind)
    if kind is Any:
        return value
    if origin is abc.Mapping:
        return _checked(dict, value, where)
    if kind is type(None):
        return None
    if origin in (Union, types.UnionType):
        present = [choice for choice in get_args(kind) if choice is not type(None)]
        return None if value is None else _decoded(present[0], value, where)
    if origin is tuple:
        items = get_args(kind)[0]
        return tuple(_decoded(items, item, f"{where}[{index}]") for index, item in enumerate(_checked(list, value, where)))
    if dataclasses.is_dataclass(kind):
        members, made = _checked(dict, value, where), cast(Any, kind)
        return made(**{name: _member(hint, members, name, where) for name, hint in _fields(made).items()})
    if kind is datetime:
        return _moment(_checked(str, value, where), where)
    if kind is float:
        return float(_checked((int, float), value, where))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(_checked(str, value, where))
    if hasattr(kind, "_fields"):
        numbers = _checked(list, value, where)
        if len(numbers) != len(kind._fields):
            raise UnexpectedAnswer(f"{where} has {len(numbers)} numbers, not {len(kind._fields)}")
        return kind(*(_checked(int, number, where) for number in numbers))
    return _checked(kind, value, where)


def _member(hint: Any, members: Mapping[str, Any], name: str, where: str) -> Any:
    if name in members:
        return _decoded(hint, members[name], f"{where}.{name}")
    if type(None) in get_args(hint):
        return None
    if get_origin(hint) is tuple:
        return ()
    raise UnexpectedAnswer(f"{where} has no member {name}")


def _checked(kind: Any, value: Any, where: str) -> Any:
    # To Python, a truth value is a whole number.
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise UnexpectedAnswer(f"{where} is {value!r}")
    return value


def _moment(text: str, where: str) -> datetime:
    try:
        # Python 3.10 does not read the letter Z.
        return datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise UnexpectedAnswer(f"{where} is {text!r}, not a time") from None
