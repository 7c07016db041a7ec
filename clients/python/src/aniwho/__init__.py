"""A client of AniWho, which names anime characters in pictures.

    from aniwho import Client

    with Client() as aniwho:
        print(aniwho.classify("picture.png").results[0].character)
"""

from .answers import (
    Answer, AnswerTogether, Candidate, FaceAnswer, NearImage, PairBounds, PictureAnswer, Similar, SimilarImage,
    Verdict, Verification
)
from .async_client import AsyncClient
from .audit import AuditEntry, ChangeEvent
from .backups import Backup, Bundle, ImportedBundle
from .calibration import Calibration, CalibrationReport, CurvePoint, DecisionRule, TwoCovariance
from .character import Character
from .characters import CharacterDetail, Prototype, Rebuilt, SplitProposal, Tag
from .classifiers import Classifier
from .client import Client
from .detectors import Detector
from .errors import (
    AniWhoError, AnswerTimeout, BadRequest, Conflict, DaemonFailed, ErrorCode, JobCancelled, NotAllowed, NotFound,
    RequestRefused, TryLater, UnexpectedAnswer, Unreachable
)
from .estimates import Estimate
from .heads import (
    AnswerChanges, AnswerCounts, AnswerTotals, ChangedAnswer, ComparedHead, Head, HeadComparison, UsedHead
)
from .images import ChangedBox, Duplicate, EnrolledImage, Enrollment, MovedImages
from .inbox import IgnoredPictures, Inbox, InboxGroup, InboxPicture, Kept, ThresholdOrigin
from .job import Job, JobEnd, JobKind, JobState
from .jobs import JobEvent, PrunedJobs
from .models import Model
from .packs import CastPack, RemovedPack
from .rejections import Rejected, Rejection
from .review import (
    AccuracyForecast, CharacterAttention, CharacterReview, NearCharacter, NearDuplicates, Review, ReviewedImage
)
from .status import DaemonRecord, Status
from .tokens import NewToken, PageLink, Role, Session, Token
from .trash import RestoredChange, TrashKind, TrashSize, TrashedChange
from .webhooks import (
    AddedWebhook, BadSignature, Delivery, DeliveryState, Webhook, WebhookEvent, WebhookMessage, read_webhook,
    verify_signature
)
from .wire.address import default_socket
from .wire.answers import Retries
from .wire.enums import OpenEnum
from .wire.operations import File
from .wire.pictures import Box, FaceMode, Picture, Upload
from .wire.requests import Timeouts
from .wire.streams import AsyncStream, Stream
from .work import AsyncWork, Progress, Work

__all__ = [
    "AccuracyForecast", "AddedWebhook", "AniWhoError", "Answer", "AnswerChanges", "AnswerCounts", "AnswerTimeout",
    "AnswerTogether", "AnswerTotals", "AsyncClient", "AsyncStream", "AsyncWork", "AuditEntry", "Backup",
    "BadRequest", "BadSignature", "Box", "Bundle", "Calibration", "CalibrationReport", "Candidate", "CastPack",
    "ChangeEvent", "ChangedAnswer", "ChangedBox", "Character", "CharacterAttention", "CharacterDetail",
    "CharacterReview", "Classifier", "Client", "ComparedHead", "Conflict", "CurvePoint", "DaemonFailed",
    "DaemonRecord", "DecisionRule", "Delivery", "DeliveryState", "Detector", "Duplicate", "EnrolledImage", "Enrollment",
    "ErrorCode", "Estimate", "FaceAnswer", "FaceMode", "File", "Head", "HeadComparison", "IgnoredPictures",
    "ImportedBundle", "Inbox", "InboxGroup", "InboxPicture", "Job", "JobCancelled", "JobEnd", "JobEvent",
    "JobKind", "JobState", "Kept", "Model", "MovedImages", "NearCharacter", "NearDuplicates", "NearImage",
    "NewToken", "NotAllowed", "NotFound", "OpenEnum", "PageLink", "PairBounds", "Picture", "PictureAnswer",
    "Progress", "Prototype", "PrunedJobs", "Rebuilt", "Rejected", "Rejection", "RemovedPack", "RequestRefused",
    "RestoredChange", "Retries", "Review", "ReviewedImage", "Role", "Session", "Similar", "SimilarImage",
    "SplitProposal", "Status", "Stream", "Tag", "ThresholdOrigin", "Timeouts", "Token", "TrashKind", "TrashSize",
    "TrashedChange", "TryLater", "TwoCovariance", "UnexpectedAnswer", "Unreachable", "Upload", "UsedHead",
    "Verdict", "Verification", "Webhook", "WebhookEvent", "WebhookMessage", "Work", "default_socket",
    "read_webhook", "verify_signature",
]
