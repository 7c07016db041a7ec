"""Enumerations that a newer daemon may extend."""

from __future__ import annotations

from enum import Enum


class OpenEnum(str, Enum):
    """An enumeration of texts. A text that it does not know becomes a member for the moment, whose name is the text itself."""

    @classmethod
    def _missing_(cls, value: object) -> OpenEnum | None:
        if not isinstance(value, str):
            return None
        member = str.__new__(cls, value)
        member._name_ = value
        member._value_ = value
        return member

    @property
    def is_known(self) -> bool:
        """Whether this version of the package knows the value."""
        return self._name_ in type(self).__members__

    def __str__(self) -> str:
        return str(self.value)
