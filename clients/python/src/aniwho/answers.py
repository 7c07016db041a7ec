"""Who is in a picture, and which pictures are alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .estimates import Estimate
from .images import EnrolledImage
from .wire.enums import OpenEnum
from .wire.operations import answers
from .wire.pictures import Box, Picture, selection, uploads
from .wire.requests import Message


@dataclass(frozen=True)
class Candidate:
    """A character that a picture may show."""

    character: str
    """The character's name."""
    probability: float
    """The probability that the picture shows it. Those of all characters sum to one with ``stranger_probability``."""
    distance: float
    """The head's distance; docs/heads.md of AniWho defines it for each head."""
    rejection: int | None
    """The number of the rejection that says that the picture is not this character. Such a candidate is never named."""


@dataclass(frozen=True)
class NearImage:
    """An enrolled picture near a picture that was asked about."""

    id: int
    """The image's number."""
    distance: float
    """The Euclidean distance between the two embeddings."""
    source: str
    """Where it came from, as given at enrollment; may be empty."""
    pack: str | None
    """The name of the cast pack that brought it as a vector; None for a picture."""


@dataclass(frozen=True)
class FaceAnswer:
    """The answer for one face."""

    box: Box | None
    """Where the face is; None if the whole picture was taken."""
    milliseconds: int | None
    """When the frame with this box is first shown, from the beginning of an animation; None for a still picture."""
    score: float | None
    """The detector's probability that a face is there; None if the whole picture was taken, or the request gave the box."""
    character: str | None
    """The character's name; None if it is unknown."""
    unknown: bool
    """Whether no enrolled character is probable enough."""
    certain: bool
    """Whether the name is certain: its probability is at least 0.9. If not, it is probably the right one."""
    probability: float | None
    """The probability of the first candidate that is not rejected; None if there is none."""
    other_probability: float
    """The probability that the picture shows another enrolled character."""
    stranger_probability: float | None
    """The probability that it shows somebody who is not enrolled; None if a classifier answers, or the model cannot tell."""
    threshold: float | None
    """The probability that a name needs; None where ``stranger_probability`` is."""
    candidates: tuple[Candidate, ...]
    """The likeliest characters, first the likeliest; also if the answer is unknown."""
    mean_distance: float | None
    """The distance to the nearest mean of a character that is not rejected; None if there is none."""
    radius: float | None
    """Of a classifier: the picture is unknown if ``mean_distance`` is greater. None if the prototypes answer."""
    margin: float | None
    """The difference in probability of the first two candidates that are not rejected; None if there are not two."""
    nearest_images: tuple[NearImage, ...]
    """The enrolled pictures of the first candidate that are nearest to this one, nearest first."""


@dataclass(frozen=True)
class PictureAnswer(FaceAnswer):
    """The answer for one picture: its own members are those of the largest face."""

    image: str | None
    """The file's name as sent; None for bytes without a name."""
    width: int
    """The width of the upright picture in pixels."""
    height: int
    """The height of the upright picture in pixels."""
    faces: tuple[FaceAnswer, ...]
    """The answers for all faces, the largest first. Empty if only faces were asked for that are found, and none was."""


@dataclass(frozen=True)
class Answer:
    """The answers for some pictures."""

    model: str
    """The name of the model that answered, or of the classifier that was asked."""
    head: str
    """The name of the head that answered; ``dense`` for a classifier."""
    calibration: str | None
    """The calibration that gave the probabilities; None if a classifier answered, which has its own."""
    classifier: str | None
    """The name of the classifier that answered; None if the prototypes did."""
    warnings: tuple[str, ...]
    """Warnings about these answers, a sentence each."""
    untrained_characters: tuple[str, ...]
    """The enrolled characters that the classifier was not trained on, and never names."""
    results: tuple[PictureAnswer, ...]
    """One for each picture, in order."""


@dataclass(frozen=True)
class AnswerTogether:
    """The answer for several pictures of one character."""

    model: str
    """The name of the model that answered."""
    head: str
    """The name of the head that answered."""
    calibration: str
    """The calibration that gave the probabilities."""
    images: tuple[str | None, ...]
    """The files' names as sent, in order."""
    independent_images: float
    """How many independent pictures say as much as these: 1 if they are copies of each other."""
    answer: FaceAnswer
    """The answer for all of them. Its ``box`` is None."""


@dataclass(frozen=True)
class SimilarImage:
    """An enrolled image and its distance to a picture."""

    image: EnrolledImage
    """The enrolled image."""
    distance: float
    """The Euclidean distance between the two embeddings."""


@dataclass(frozen=True)
class Similar:
    """The enrolled images nearest to some pictures."""

    model: str
    """The name of the model whose embeddings were compared."""
    results: tuple[tuple[SimilarImage, ...], ...]
    """One list for each picture, in order; each has the nearest image first."""


class Verdict(OpenEnum):
    """Whether two pictures show one character."""

    SAME = "same"
    """They show the same character."""
    UNDECIDED = "undecided"
    """They are neither near enough nor far enough to tell."""
    DIFFERENT = "different"
    """They show different characters."""


@dataclass(frozen=True)
class PairBounds:
    """The distances that tell whether two pictures show one character or two, fitted on pairs of enrolled pictures."""

    same_up_to: float
    """Pictures up to this distance apart show the same character."""
    different_beyond: float
    """Pictures farther apart show different characters."""
    allowed_error: float
    """The share of wrong answers that was asked for."""
    false_same: Estimate
    """The share of two characters' pairs called the same."""
    false_different: Estimate
    """The share of one character's pairs called different."""
    undecided: Estimate
    """The share of undecided pairs."""
    characters: int
    """The number of characters whose pictures were paired."""
    same_pairs: int
    """The number of pairs of one character."""
    different_pairs: int
    """The number of pairs of two characters."""


@dataclass(frozen=True)
class Verification:
    """Whether two pictures show one character."""

    model: str
    """The name of the model whose embeddings were compared."""
    answer: Verdict
    """The answer."""
    distance: float
    """The Euclidean distance of the two embeddings."""
    bounds: PairBounds | None
    """The bounds that gave the answer; None if too little is enrolled to fit any."""
    reason: str | None
    """Why there are no bounds; None if there are."""


class AnswerOperations:
    """Who is in a picture, and which pictures are alike."""

    @answers("POST", "/v1/classify", Answer)
    def classify(
        self, *pictures: Picture, top: int | None = None, classifier: str | None = None, faces: str | None = None,
        face: int | None = None, boxes: Iterable[tuple[int, int, int, int]] = ()
    ) -> Message:
        """Who is in these pictures? Of an animation, the frames that differ are looked at, and each face gets one answer.

        ``top`` is how many candidates to list, ``classifier`` a trained classifier to ask. ``faces`` (a ``FaceMode``), ``face`` (its
        number, the largest being 1) or ``boxes`` choose faces; without them, every face that is found gets an answer.
        """
        return Message(
            query={"top": top, "classifier": classifier, **selection(faces, face, boxes)}, pictures=uploads(pictures))

    @answers("POST", "/v1/classify/together", AnswerTogether)
    def classify_together(
        self, *pictures: Picture, top: int | None = None, faces: str | None = None, face: int | None = None,
        boxes: Iterable[tuple[int, int, int, int]] = ()
    ) -> Message:
        """Who is the one character that all of these pictures show? At most 64 pictures."""
        return Message(query={"top": top, **selection(faces, face, boxes)}, pictures=uploads(pictures))

    @answers("POST", "/v1/similar", Similar)
    def similar(
        self, *pictures: Picture, limit: int | None = None, faces: str | None = None, face: int | None = None,
        boxes: Iterable[tuple[int, int, int, int]] = ()
    ) -> Message:
        """The enrolled images nearest to each picture: ``limit`` of them, 5 without."""
        return Message(query={"limit": limit, **selection(faces, face, boxes)}, pictures=uploads(pictures))

    @answers("POST", "/v1/verify", Verification)
    def verify(
        self, first: Picture, second: Picture, *, error: float | None = None, faces: str | None = None,
        face: int | None = None, boxes: Iterable[tuple[int, int, int, int]] = ()
    ) -> Message:
        """Do two pictures show the same character? ``error`` is the allowed share of wrong answers, 0.05 without."""
        return Message(query={"error": error, **selection(faces, face, boxes)}, pictures=uploads([first, second]))
