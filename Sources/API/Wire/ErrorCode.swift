/// What can go wrong.
///
/// ``row`` is the one table that gives each code its HTTP status and the exit code of the command line; errors of every module reach it by
/// ``CodedError``.
public enum ErrorCode: String, Sendable, CaseIterable, GrowingEnumeration {
    case badBackup = "bad_backup"
    case badBundle = "bad_bundle"
    case badImage = "bad_image"
    case badInput = "bad_input"
    case badModel = "bad_model"
    case badParameter = "bad_parameter"
    case badRequest = "bad_request"
    case changeBlocked = "change_blocked"
    case changeNotFound = "change_not_found"
    case characterExists = "character_exists"
    case characterNotFound = "character_not_found"
    case classifierExists = "classifier_exists"
    case classifierNotFound = "classifier_not_found"
    case detectorExists = "detector_exists"
    case detectorNotFound = "detector_not_found"
    case fileNotFound = "file_not_found"
    case forbidden = "forbidden"
    case headNotFound = "head_not_found"
    case headTooLarge = "head_too_large"
    case imageEnrolled = "image_enrolled"
    case imageNotFound = "image_not_found"
    case inboxFull = "inbox_full"
    case `internal` = "internal"
    case invalidName = "invalid_name"
    case jobEnded = "job_ended"
    case jobFailed = "job_failed"
    case jobNotFound = "job_not_found"
    case keyReused = "key_reused"
    case methodNotAllowed = "method_not_allowed"
    case modelExists = "model_exists"
    case modelNotFound = "model_not_found"
    case noFace = "no_face"
    case busy = "busy"
    case notReady = "not_ready"
    case overloaded = "overloaded"
    case packNotFound = "pack_not_found"
    case packOfOtherModel = "pack_of_other_model"
    case packsWouldRest = "packs_would_rest"
    case payloadTooLarge = "payload_too_large"
    case rateLimited = "rate_limited"
    case rejectionNotFound = "rejection_not_found"
    case reportNotFound = "report_not_found"
    case requestTimeout = "request_timeout"
    case routeNotFound = "route_not_found"
    case sessionNotFound = "session_not_found"
    case severalFaces = "several_faces"
    case storage = "storage"
    case storageFull = "storage_full"
    case stopped = "stopped"
    case targetExists = "target_exists"
    case tokenExists = "token_exists"
    case tokenNotFound = "token_not_found"
    case tooFewImages = "too_few_images"
    case unauthorized = "unauthorized"
    case unreachable = "unreachable"
    case unsupportedMediaType = "unsupported_media_type"
    case usage = "usage"
    case webhookExists = "webhook_exists"
    case webhookNotFound = "webhook_not_found"

    /// HTTP status and exit code. The daemon never sends `bad_input`, `file_not_found`, `job_failed`, `stopped`, `unreachable` and
    /// `usage`, which are errors of the command line.
    private var row: (status: Int, exit: ExitCode) {
        switch self {
        case .badBackup: (422, .badInput)
        case .badBundle: (422, .badInput)
        case .badImage: (422, .badInput)
        case .badInput: (422, .badInput)
        case .badModel: (422, .badInput)
        case .badParameter: (400, .usage)
        case .badRequest: (400, .usage)
        case .busy: (409, .conflict)
        case .changeBlocked: (409, .conflict)
        case .changeNotFound: (404, .notFound)
        case .characterExists: (409, .conflict)
        case .characterNotFound: (404, .notFound)
        case .classifierExists: (409, .conflict)
        case .classifierNotFound: (404, .notFound)
        case .detectorExists: (409, .conflict)
        case .detectorNotFound: (404, .notFound)
        case .fileNotFound: (404, .notFound)
        case .forbidden: (403, .forbidden)
        case .headNotFound: (404, .notFound)
        case .headTooLarge: (409, .conflict)
        case .imageEnrolled: (409, .conflict)
        case .imageNotFound: (404, .notFound)
        case .inboxFull: (409, .conflict)
        case .internal: (500, .internal)
        case .invalidName: (422, .badInput)
        case .jobEnded: (409, .conflict)
        case .jobFailed: (500, .jobFailed)
        case .jobNotFound: (404, .notFound)
        case .keyReused: (422, .conflict)
        case .methodNotAllowed: (405, .usage)
        case .modelExists: (409, .conflict)
        case .modelNotFound: (404, .notFound)
        case .noFace: (422, .badInput)
        case .notReady: (503, .unreachable)
        case .overloaded: (503, .unreachable)
        case .packNotFound: (404, .notFound)
        case .packOfOtherModel: (409, .conflict)
        case .packsWouldRest: (409, .conflict)
        case .payloadTooLarge: (413, .badInput)
        case .rateLimited: (429, .conflict)
        case .rejectionNotFound: (404, .notFound)
        case .reportNotFound: (404, .notFound)
        case .requestTimeout: (408, .internal)
        case .routeNotFound: (404, .notFound)
        case .sessionNotFound: (404, .notFound)
        case .severalFaces: (422, .badInput)
        case .storage: (500, .storage)
        case .storageFull: (507, .storage)
        case .stopped: (500, .interrupted)
        case .targetExists: (409, .conflict)
        case .tokenExists: (409, .conflict)
        case .tokenNotFound: (404, .notFound)
        case .tooFewImages: (409, .conflict)
        case .unauthorized: (401, .forbidden)
        case .unreachable: (503, .unreachable)
        case .unsupportedMediaType: (415, .badInput)
        case .usage: (400, .usage)
        case .webhookExists: (409, .conflict)
        case .webhookNotFound: (404, .notFound)
        }
    }

    public var status: Int { row.status }
    public var exitCode: ExitCode { row.exit }

    /// The code for an answer that carries no readable error.
    public init(status: Int) {
        self =
            switch status {
            case 401: .unauthorized
            case 403: .forbidden
            case 404: .routeNotFound
            case 405: .methodNotAllowed
            case 408: .requestTimeout
            case 409: .busy
            case 413: .payloadTooLarge
            case 415: .unsupportedMediaType
            case 429: .rateLimited
            case 400..<500: .badRequest
            case 503: .notReady
            case 507: .storageFull
            default: .internal
            }
    }
}

/// Exit codes of `aniwho` and `aniwhod`.
public enum ExitCode: Int32, Sendable, CaseIterable {
    case ok = 0
    case `internal` = 1
    case usage = 2
    case unreachable = 3
    case notFound = 4
    case badInput = 5
    case conflict = 6
    case storage = 7
    case jobFailed = 8
    case forbidden = 9
    case different = 10
    case undecided = 11
    /// 128 + SIGINT, as shells have it.
    case interrupted = 130

    /// One line for the documentation and `--help`.
    public var summary: String {
        switch self {
        case .ok: "success"
        case .internal: "internal error"
        case .usage: "wrong usage: an unknown command or option, a value out of range"
        case .unreachable: "the daemon cannot be reached or is not ready"
        case .notFound:
            "no such character, image, rejection, change in the trash, model, classifier, detector, head, cast pack, token, session, job, report or file"
        case .badInput: "bad input: an image, a name or a model file"
        case .conflict: "conflict: the name is taken, or the change cannot be made now"
        case .storage: "storage failed: the disk is full, or files cannot be read or written"
        case .forbidden: "not allowed: the daemon's configuration, or the token, does not give the right"
        case .different: "aniwho verify: the pictures show two characters"
        case .undecided: "aniwho verify: undecided"
        case .jobFailed: "the job that was watched failed or was cancelled"
        case .interrupted: "stopped by Ctrl-C, SIGTERM or the answer no; a training run has left a checkpoint"
        }
    }
}
