"""Calibration: which probabilities answers have, and how many strangers may be named."""

from __future__ import annotations

from dataclasses import dataclass

from .estimates import Estimate
from .wire.operations import answers
from .wire.requests import Message
from .work import works


@dataclass(frozen=True)
class TwoCovariance:
    """The model of embeddings that probabilities come from: variances between characters and within one."""

    between: float
    """The variance of the characters' means, in each direction."""
    within: float
    """The variance of one character's pictures, in each direction."""
    dimensions: float
    """The number of directions that count."""


@dataclass(frozen=True)
class CurvePoint:
    """A point of the curve that says how many strangers a threshold lets through."""

    false_accepts: float
    """The share of strangers' pictures whose likeliest character is at least as probable as the threshold."""
    threshold: float
    """The probability that a name needs."""


@dataclass(frozen=True)
class DecisionRule:
    """How answers decide between a name and "unknown"."""

    covariance: TwoCovariance
    """The model of embeddings."""
    curve: tuple[CurvePoint, ...]
    """Thresholds for shares of strangers, the smallest share first."""


@dataclass(frozen=True)
class CalibrationReport:
    """A calibration on the registry's own pictures, and its error rates."""

    allowed_false_accepts: float
    """The share of strangers' pictures that may be named, as the owner chose it."""
    threshold: float
    """The probability that a name needs."""
    rule: DecisionRule
    """How answers decide between a name and "unknown"."""
    temperature: float
    """T of the mean head's softmax over −distance / T."""
    characters: int
    """The number of characters that can be named."""
    pictures: int
    """The number of pictures asked, each once as its character's and once as a stranger's."""
    calibration_error: Estimate
    """The mean difference between an answer's probability and how often it is right."""
    false_accepts: Estimate
    """The share of strangers' pictures that were named."""
    false_rejects: Estimate
    """The share of enrolled characters' pictures called unknown."""
    named_rightly: Estimate
    """The share of enrolled characters' pictures named rightly."""


@dataclass(frozen=True)
class Calibration:
    """The calibration that answers use."""

    identity: str
    """Its name in answers: ``model``, or the beginning of a hash of the fitted values."""
    calibration: CalibrationReport | None
    """What was fitted; None while answers use the model's own values."""
    follows_changes: bool
    """Whether the daemon calibrates by itself after changes."""


class CalibrationOperations:
    """Calibration: which probabilities answers have, and how many strangers may be named."""

    @answers("GET", "/v1/calibration", Calibration)
    def calibration(self) -> Message:
        """The calibration that answers use."""
        return Message()

    @works("POST", "/v1/calibration", Calibration)
    def calibrate(self, *, false_accept: float | None = None, idempotency_key: str | None = None) -> Message:
        """Calibrates now. ``false_accept`` is the share of strangers that may be named; without it, the one chosen last."""
        return Message(query={"false_accept": false_accept}, idempotency_key=idempotency_key)

    @answers("POST", "/v1/calibration/trial", CalibrationReport, is_long=True)
    def try_calibration(self, *, false_accept: float | None = None) -> Message:
        """What ``calibrate`` would make. Changes nothing."""
        return Message(query={"false_accept": false_accept})

    @answers("DELETE", "/v1/calibration", Calibration)
    def reset_calibration(self) -> Message:
        """Goes back to the model's own values, and stays there until a calibration is asked for."""
        return Message()
