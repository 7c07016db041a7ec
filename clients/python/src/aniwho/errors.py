"""What can go wrong, as exceptions. All of them are AniWhoError."""

from __future__ import annotations

from .wire.enums import OpenEnum


class ErrorCode(OpenEnum):
    """The daemon's codes of errors. A code of a newer daemon is a member without a name of its own."""

    BAD_BACKUP = "bad_backup"
    BAD_BUNDLE = "bad_bundle"
    BAD_IMAGE = "bad_image"
    BAD_INPUT = "bad_input"
    BAD_MODEL = "bad_model"
    BAD_PARAMETER = "bad_parameter"
    BAD_REQUEST = "bad_request"
    BUSY = "busy"
    CHANGE_BLOCKED = "change_blocked"
    CHANGE_NOT_FOUND = "change_not_found"
    CHARACTER_EXISTS = "character_exists"
    CHARACTER_NOT_FOUND = "character_not_found"
    CLASSIFIER_EXISTS = "classifier_exists"
    CLASSIFIER_NOT_FOUND = "classifier_not_found"
    DETECTOR_EXISTS = "detector_exists"
    DETECTOR_NOT_FOUND = "detector_not_found"
    FILE_NOT_FOUND = "file_not_found"
    FORBIDDEN = "forbidden"
    HEAD_NOT_FOUND = "head_not_found"
    HEAD_TOO_LARGE = "head_too_large"
    IMAGE_ENROLLED = "image_enrolled"
    IMAGE_NOT_FOUND = "image_not_found"
    INBOX_FULL = "inbox_full"
    INTERNAL = "internal"
    INVALID_NAME = "invalid_name"
    JOB_ENDED = "job_ended"
    JOB_FAILED = "job_failed"
    JOB_NOT_FOUND = "job_not_found"
    KEY_REUSED = "key_reused"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    MODEL_EXISTS = "model_exists"
    MODEL_NOT_FOUND = "model_not_found"
    NO_FACE = "no_face"
    NOT_READY = "not_ready"
    OVERLOADED = "overloaded"
    PACK_NOT_FOUND = "pack_not_found"
    PACK_OF_OTHER_MODEL = "pack_of_other_model"
    PACKS_WOULD_REST = "packs_would_rest"
    PAYLOAD_TOO_LARGE = "payload_too_large"
    RATE_LIMITED = "rate_limited"
    REJECTION_NOT_FOUND = "rejection_not_found"
    REPORT_NOT_FOUND = "report_not_found"
    REQUEST_TIMEOUT = "request_timeout"
    ROUTE_NOT_FOUND = "route_not_found"
    SESSION_NOT_FOUND = "session_not_found"
    SEVERAL_FACES = "several_faces"
    STOPPED = "stopped"
    STORAGE = "storage"
    STORAGE_FULL = "storage_full"
    TARGET_EXISTS = "target_exists"
    TOKEN_EXISTS = "token_exists"
    TOKEN_NOT_FOUND = "token_not_found"
    TOO_FEW_IMAGES = "too_few_images"
    UNAUTHORIZED = "unauthorized"
    UNREACHABLE = "unreachable"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    USAGE = "usage"
    WEBHOOK_EXISTS = "webhook_exists"
    WEBHOOK_NOT_FOUND = "webhook_not_found"


class AniWhoError(Exception):
    """Any error of this package."""


class Unreachable(AniWhoError):
    """Nobody answers at the daemon's address, or the connection broke before the answer was complete."""


class AnswerTimeout(AniWhoError):
    """The daemon did not answer in time. Whether it has carried out the request is unknown."""


class UnexpectedAnswer(AniWhoError):
    """The answer is none of AniWho's: probably another program listens at the address."""


class JobCancelled(AniWhoError):
    """Somebody cancelled the job that did the work."""


class RequestRefused(AniWhoError):
    """The daemon refused a request, or the work that it asked for failed."""

    def __init__(self, status: int, code: str, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.status = status
        """The HTTP status; if a job failed, the one that goes with its code."""
        self.code = ErrorCode(code)
        """What went wrong, for programs: ``character_not_found``."""
        self.message = message
        """What was wrong and what to do, for people."""
        self.retry_after = retry_after
        """After how many seconds to try again; None if the daemon does not say."""


class BadRequest(RequestRefused):
    """The request or something in it is wrong: a broken picture, a name that cannot be one, a value out of range."""


class NotAllowed(RequestRefused):
    """The token is missing, wrong or expired, or the caller may not do this."""


class NotFound(RequestRefused):
    """There is no such character, image, job, …"""


class Conflict(RequestRefused):
    """The name is taken, or the change cannot be made now."""


class TryLater(RequestRefused):
    """The daemon is not ready, has too much to do, or the caller has asked too often."""


class DaemonFailed(RequestRefused):
    """The daemon failed, for example because its disk is full."""


_STATUSES: dict[int, tuple[ErrorCode, ...]] = {
    400: (ErrorCode.BAD_PARAMETER, ErrorCode.BAD_REQUEST, ErrorCode.USAGE),
    401: (ErrorCode.UNAUTHORIZED,),
    403: (ErrorCode.FORBIDDEN,),
    404: (
        ErrorCode.CHANGE_NOT_FOUND, ErrorCode.CHARACTER_NOT_FOUND, ErrorCode.CLASSIFIER_NOT_FOUND,
        ErrorCode.DETECTOR_NOT_FOUND, ErrorCode.FILE_NOT_FOUND, ErrorCode.HEAD_NOT_FOUND, ErrorCode.IMAGE_NOT_FOUND,
        ErrorCode.JOB_NOT_FOUND, ErrorCode.MODEL_NOT_FOUND, ErrorCode.PACK_NOT_FOUND, ErrorCode.REJECTION_NOT_FOUND,
        ErrorCode.REPORT_NOT_FOUND, ErrorCode.ROUTE_NOT_FOUND, ErrorCode.SESSION_NOT_FOUND, ErrorCode.TOKEN_NOT_FOUND,
        ErrorCode.WEBHOOK_NOT_FOUND),
    405: (ErrorCode.METHOD_NOT_ALLOWED,),
    408: (ErrorCode.REQUEST_TIMEOUT,),
    409: (
        ErrorCode.BUSY, ErrorCode.CHANGE_BLOCKED, ErrorCode.CHARACTER_EXISTS, ErrorCode.CLASSIFIER_EXISTS,
        ErrorCode.DETECTOR_EXISTS, ErrorCode.HEAD_TOO_LARGE, ErrorCode.IMAGE_ENROLLED, ErrorCode.INBOX_FULL,
        ErrorCode.JOB_ENDED, ErrorCode.MODEL_EXISTS, ErrorCode.PACK_OF_OTHER_MODEL, ErrorCode.PACKS_WOULD_REST,
        ErrorCode.TARGET_EXISTS, ErrorCode.TOKEN_EXISTS, ErrorCode.TOO_FEW_IMAGES, ErrorCode.WEBHOOK_EXISTS),
    413: (ErrorCode.PAYLOAD_TOO_LARGE,),
    415: (ErrorCode.UNSUPPORTED_MEDIA_TYPE,),
    422: (
        ErrorCode.BAD_BACKUP, ErrorCode.BAD_BUNDLE, ErrorCode.BAD_IMAGE, ErrorCode.BAD_INPUT, ErrorCode.BAD_MODEL,
        ErrorCode.INVALID_NAME, ErrorCode.KEY_REUSED, ErrorCode.NO_FACE, ErrorCode.SEVERAL_FACES),
    429: (ErrorCode.RATE_LIMITED,),
    503: (ErrorCode.NOT_READY, ErrorCode.OVERLOADED, ErrorCode.UNREACHABLE),
    507: (ErrorCode.STORAGE_FULL,),
}
"""The HTTP statuses of codes. Those of the other codes, also of a newer daemon's, are 500."""


def failure(code: ErrorCode | None, message: str) -> RequestRefused:
    """The exception for a job that failed, the same as for a request that is refused with its code."""
    status = next((status for status, codes in _STATUSES.items() if code in codes), 500)
    return refusal(status, code or ErrorCode.JOB_FAILED, message)


def refusal(status: int, code: str, message: str, retry_after: float | None = None) -> RequestRefused:
    """The exception for an error of the daemon."""
    kinds: dict[int, type[RequestRefused]] = {
        401: NotAllowed, 403: NotAllowed, 404: NotFound, 409: Conflict, 429: TryLater, 503: TryLater}
    kind = kinds.get(status) or (BadRequest if 400 <= status < 500 else DaemonFailed)
    return kind(status, code, message, retry_after)
