public import API

/// Why the registry refused or failed.
///
/// An error of the database carries the statement's text, which holds placeholders only, and never the values bound to it.
public struct RegistryError: CodedError, Sendable, Equatable, CustomStringConvertible {
    /// What happened, where that says more than the error's code. Each reason belongs to one code.
    public enum Reason: String, Sendable, CaseIterable {
        /// The registry has not the revision that was asked for.
        case behind
        /// The registry was closed.
        case closed
        /// The database server does not answer.
        case databaseAway
        /// The database holds migrations that this version does not know.
        case databaseNewer
        /// Another process holds the data directory or the database.
        case databaseLocked
        /// The address names no database that can hold a registry.
        case databaseUnfit
        /// A vector has not as many values as its model has dimensions.
        case dimensionMismatch
        /// An image has no embedding of the model that needs it.
        case embeddingsMissing
        /// The caller stopped the work before its end.
        case interrupted
        /// No image would move to the new character, or none would stay.
        case invalidSplit
        /// A vector holds a value that is not finite.
        case invalidVector
        /// A migration that the database has applied differs from the one of this version.
        case migrationEdited
        /// Another daemon works on the job.
        case jobTaken
        /// Another job that changes the model is running or queued.
        case modelChanging
        /// The model cannot be removed while it is the active one.
        case modelInUse
        /// The vectors given are not of the active model, or no model is active yet.
        case modelNotActive
        /// The file is damaged, or is not a registry.
        case storageCorrupt
        case storageFailure
        case storageReadOnly

        /// The code of every error with this reason.
        public var code: ErrorCode {
            switch self {
            case .behind, .closed, .databaseAway, .interrupted, .modelNotActive: .notReady
            case .databaseLocked, .embeddingsMissing, .jobTaken, .modelChanging, .modelInUse: .busy
            case .dimensionMismatch, .invalidVector: .badModel
            case .invalidSplit: .badRequest
            case .databaseNewer, .databaseUnfit, .migrationEdited, .storageCorrupt, .storageFailure, .storageReadOnly:
                .storage
            }
        }
    }

    public let code: ErrorCode
    /// nil where the code says it all.
    public let reason: Reason?
    /// What was wrong and what to do about it, one line.
    public let message: String
    /// The statement that failed, if one did.
    public let sql: String?
    /// SQLite's extended result code, if SQLite failed.
    public let sqliteCode: Int32?

    public init(_ code: ErrorCode, _ message: String, sql: String? = nil, sqliteCode: Int32? = nil) {
        (self.code, reason) = (code, nil)
        (self.message, self.sql, self.sqliteCode) = (message, sql, sqliteCode)
    }

    public init(_ reason: Reason, _ message: String, sql: String? = nil, sqliteCode: Int32? = nil) {
        (code, self.reason) = (reason.code, reason)
        (self.message, self.sql, self.sqliteCode) = (message, sql, sqliteCode)
    }

    /// The error of work that nobody waits for any more, or that the daemon's end stops.
    public static var stopped: RegistryError { RegistryError(.interrupted, "the work was stopped before its end") }

    public var description: String { "\(reason?.rawValue ?? code.rawValue): \(message)" }
}
