"""Heads: how the pictures of characters become an answer."""

from __future__ import annotations

from dataclasses import dataclass

from .estimates import Estimate
from .wire.operations import answers, lists
from .wire.requests import Message
from .work import works


@dataclass(frozen=True)
class Head:
    """A way to answer."""

    name: str
    """``posterior``, ``mean``, …"""
    summary: str
    """What it does, in one phrase."""
    active: bool
    """Whether this is the head that answers."""


@dataclass(frozen=True)
class ComparedHead:
    """A head's result on what is enrolled."""

    name: str
    """The head's name."""
    active: bool
    """Whether this is the head that answers."""
    accuracy: Estimate | None
    """The share of images answered rightly; None if the head could not be fitted."""
    gain: Estimate | None
    """The difference to the accuracy of the head in use; None for that head itself."""
    refusal: str | None
    """Why the head could not be fitted; None if it was."""


@dataclass(frozen=True)
class HeadComparison:
    """A comparison of all heads on what is enrolled."""

    characters: int
    """The number of characters read."""
    asked: int
    """The number of images asked."""
    heads: tuple[ComparedHead, ...]
    """The results, in the order of ``heads``."""
    suggestion: str
    """The head to use: the one in use, unless another one is better by more than chance."""


@dataclass(frozen=True)
class AnswerCounts:
    """Counts of answers about enrolled images. The images that neither counts are named as another character."""

    right: int
    """The images named as their own character."""
    unknown: int
    """The images that are unknown."""


@dataclass(frozen=True)
class AnswerTotals:
    """Counts of answers before and after a change."""

    images: int
    """The number of enrolled images."""
    asked: int
    """The number of images asked."""
    before: AnswerCounts
    """The answers before the change."""
    after: AnswerCounts
    """The answers after it."""
    changed: int
    """The number of images whose answer changes."""


@dataclass(frozen=True)
class ChangedAnswer:
    """An enrolled image whose answer changes."""

    image: int
    """The image's number."""
    character: str
    """The character that it is enrolled under."""
    before: str | None
    """The character named before; None for unknown."""
    after: str | None
    """The character named after; None for unknown."""


@dataclass(frozen=True)
class AnswerChanges:
    """Which answers about enrolled images change with another model or head."""

    totals: AnswerTotals
    """How many."""
    changes: tuple[ChangedAnswer, ...]
    """Which."""


@dataclass(frozen=True)
class UsedHead:
    """A head that answers now, or would."""

    head: Head
    """The head."""
    previous: str
    """The name of the head that answered before."""
    answers: AnswerChanges | None
    """Which answers change; None if the head before can no longer be fitted, or no model is loaded yet."""
    seconds: float
    """How long it took."""


class HeadOperations:
    """Heads: how the pictures of characters become an answer."""

    @lists("/v1/heads", "heads", Head)
    def heads(self, *, limit: int | None = None) -> Message:
        """All heads."""
        return Message(query={"limit": limit})

    @works("POST", "/v1/heads/comparison", HeadComparison)
    def compare_heads(self, *, idempotency_key: str | None = None) -> Message:
        """Compares all heads on what is enrolled. Changes nothing."""
        return Message(idempotency_key=idempotency_key)

    @answers("POST", "/v1/heads/{name}/use", UsedHead, is_long=True)
    def use_head(self, name: str, *, dry_run: bool = False) -> Message:
        """Answers with a head from now on. With ``dry_run``, reports only which answers would change."""
        return Message(path={"name": name}, query={"dry_run": True if dry_run else None})
