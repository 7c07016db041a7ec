"""Measured values with their uncertainty."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Estimate:
    """A mean with its 95 % confidence interval."""

    mean: float
    """The measured value."""
    low: float
    """The lower end of the interval."""
    high: float
    """The upper end of the interval."""
