"""All operations, by subject."""

from __future__ import annotations

from .answers import AnswerOperations
from .audit import AuditOperations
from .backups import BackupOperations
from .calibration import CalibrationOperations
from .characters import CharacterOperations
from .classifiers import ClassifierOperations
from .detectors import DetectorOperations
from .heads import HeadOperations
from .images import ImageOperations
from .inbox import InboxOperations
from .jobs import JobOperations
from .models import ModelOperations
from .packs import PackOperations
from .rejections import RejectionOperations
from .review import ReviewOperations
from .status import StatusOperations
from .tokens import TokenOperations
from .trash import TrashOperations
from .webhooks import WebhookOperations


class Operations(
    StatusOperations, AnswerOperations, CharacterOperations, ImageOperations, InboxOperations, RejectionOperations,
    TrashOperations, AuditOperations, ReviewOperations, CalibrationOperations, HeadOperations, ModelOperations,
    DetectorOperations, ClassifierOperations, JobOperations, BackupOperations, PackOperations, WebhookOperations, TokenOperations
):
    """What both clients can ask."""
