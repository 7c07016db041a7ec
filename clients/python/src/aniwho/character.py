"""A character as lists show it. The operations are in characters.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Character:
    """A character as it appears in lists."""

    id: int
    """Its number, which is never used again."""
    name: str
    """Its name, which is unique; upper and lower case differ."""
    aliases: tuple[str, ...]
    """Other names that find it."""
    series: str
    """The series that it is from; may be empty."""
    images: int
    """How many images are enrolled, with the vectors of cast packs."""
    pack_images: int
    """How many of them are vectors of cast packs, without pictures."""
    resting_images: int
    """How many of those another model made than the one that answers: they count for nothing until it is used again."""
    tags: tuple[str, ...]
    """Its tags."""
    note: str
    """What the owner wrote; may be empty."""
    created_at: datetime
    """When it was enrolled first."""
    updated_at: datetime
    """When its name, aliases, series, images, tags or note last changed."""
