"""Checks of what is enrolled, as ``aniwho doctor`` makes them."""

from __future__ import annotations

from dataclasses import dataclass

from .estimates import Estimate
from .wire.operations import answers
from .wire.requests import Message


@dataclass(frozen=True)
class NearCharacter:
    """A character near a picture or near another character."""

    character: str
    """The character's name."""
    distance: float
    """The Euclidean distance to the mean of its embeddings."""


@dataclass(frozen=True)
class ReviewedImage:
    """An image asked as if it were not enrolled."""

    image: int
    """The image's number."""
    distance: float
    """The distance to the mean of its character's other images."""
    other: NearCharacter | None
    """The likeliest other character; None if there is none."""
    right: bool
    """Whether its own character is the likeliest."""
    unknown: bool | None
    """Whether it would be unknown; None if the model cannot tell strangers."""


@dataclass(frozen=True)
class NearDuplicates:
    """Two images of a character that are nearly the same."""

    first: int
    """The number of one image."""
    second: int
    """The number of the other image."""
    distance: float
    """The distance between their embeddings."""


@dataclass(frozen=True)
class CharacterReview:
    """A check of a character: each of its images is asked as if it were not enrolled."""

    character: str
    """The character's name."""
    images: int
    """How many images it has."""
    asked: int
    """How many of them were asked: none of a character with one image, a sample of very many."""
    right: int
    """How many of those are likeliest to show this character."""
    unknown: int | None
    """How many would be unknown; None if the model cannot tell strangers."""
    answers: tuple[ReviewedImage, ...]
    """The images asked, the farthest from the others first."""
    near_duplicates: tuple[NearDuplicates, ...]
    """Pairs of images so similar that one of them adds nothing."""
    neighbors: tuple[NearCharacter, ...]
    """The characters with the nearest means, nearest first."""
    advice: tuple[str, ...]
    """Advice, a sentence each; empty if there is none."""


@dataclass(frozen=True)
class AccuracyForecast:
    """The expected accuracy with some number of characters."""

    characters: int
    """The number of characters."""
    accuracy: Estimate
    """The expected share of right answers."""
    extrapolated: bool
    """Whether fewer characters are enrolled, so that the accuracy is extrapolated."""


@dataclass(frozen=True)
class CharacterAttention:
    """A character that needs attention."""

    character: str
    """The character's name."""
    images: int
    """How many images it has."""
    asked: int
    """How many of them were asked."""
    wrong: int
    """How many of those are nearer to another character."""
    advice: tuple[str, ...]
    """Advice, a sentence each."""


@dataclass(frozen=True)
class Review:
    """A check of the whole registry."""

    model: str
    """The name of the model whose embeddings were compared."""
    characters: int
    """The number of enrolled characters."""
    images: int
    """The number of enrolled images."""
    read_characters: int
    """How many characters were read: all, or an evenly spaced sample of very many."""
    asked: int
    """How many images were asked as if they were not enrolled."""
    accuracy: Estimate | None
    """The share of them whose own character is the likeliest; None if none was asked."""
    unknown: Estimate | None
    """The share that would be unknown; None if none was asked, or the model cannot tell strangers."""
    forecasts: tuple[AccuracyForecast, ...]
    """The expected accuracy with other numbers of characters; empty if too few could be asked."""
    attention: tuple[CharacterAttention, ...]
    """The characters that need attention, the one with the most wrong images first."""


class ReviewOperations:
    """Checks of what is enrolled."""

    @answers("POST", "/v1/review", Review, is_long=True)
    def review(self) -> Message:
        """Checks the whole registry by asking about its images. Changes nothing."""
        return Message()

    @answers("POST", "/v1/characters/{name}/review", CharacterReview)
    def review_character(self, name: str) -> Message:
        """Checks a character by asking about its own images. Changes nothing."""
        return Message(path={"name": name})
