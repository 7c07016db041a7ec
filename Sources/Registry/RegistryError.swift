/// Why the registry refused or failed.
///
/// Errors of SQLite carry the statement's text, which holds placeholders only, and never the values bound to it.
public struct RegistryError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of failure it is; the API maps each to an HTTP status and an exit code.
    public enum Code: String, Sendable, CaseIterable {
        /// A name (of a character, a model, a classifier, a token), tag or note is empty, too long, or holds characters that it may not hold.
        case invalidName
        /// A vector holds a value that is not finite.
        case invalidVector
        case classifierNotFound
        case classifierExists
        case characterNotFound
        case characterExists
        case imageNotFound
        /// No image would move to the new character, or none would stay.
        case invalidSplit
        /// The picture is enrolled under the character that it is said not to be.
        case imageEnrolled
        case rejectionNotFound
        case tokenNotFound
        case tokenExists
        /// The inbox would hold more than it may.
        case inboxFull
        case jobNotFound
        /// The job has finished, failed or been cancelled, and changes no more.
        case jobEnded
        case modelNotFound
        case modelExists
        /// The active model cannot be removed.
        case modelInUse
        /// Another job that changes the model is under way.
        case modelChanging
        /// The vectors given are not of the active model, or no model is active yet.
        case modelNotActive
        /// A model cannot become active before every image has its embedding.
        case embeddingsMissing
        /// A vector has not as many values as its model has dimensions.
        case dimensionMismatch
        /// The database holds migrations that this version does not know.
        case databaseNewer
        /// A migration that the database has applied is not the one of this version.
        case migrationEdited
        /// Another process holds the data directory or the database.
        case databaseLocked
        case storageFull
        case storageReadOnly
        /// The file is damaged, or is no registry at all.
        case storageCorrupt
        case storageFailure
        /// A file is no backup, or a damaged one.
        case badBackup
        /// A bundle is not as it was written.
        case badBundle
        /// What was to be written is there already.
        case targetExists
        /// The work was given up before its end, because it is not wanted any more.
        case interrupted
        /// The registry was closed.
        case closed
    }

    public let code: Code
    /// What was wrong and what to do about it, one line.
    public let message: String
    /// The statement that failed, where one did.
    public let sql: String?
    /// SQLite's extended result code, where SQLite failed.
    public let sqliteCode: Int32?

    public init(_ code: Code, _ message: String, sql: String? = nil, sqliteCode: Int32? = nil) {
        self.code = code
        self.message = message
        self.sql = sql
        self.sqliteCode = sqliteCode
    }

    public var description: String { "\(code.rawValue): \(message)" }
}
