public import Foundation

/// A trained classifier as the registry stores it, without its bytes.
public struct ClassifierRecord: Sendable, Equatable {
    /// SHA-256 of the file, hexadecimal.
    public let identity: String
    /// Unique among classifiers; the rules of characters' names hold.
    public let name: String
    public let architecture: String
    /// The names of its classes, in the order of its answers.
    public let classes: [String]
    public let byteCount: Int
    public let addedAt: Date
    /// JSON, as the caller gave it.
    public let metadata: String

    public init(
        identity: String, name: String, architecture: String, classes: [String], byteCount: Int, addedAt: Date,
        metadata: String
    ) {
        self.identity = identity
        self.name = name
        self.architecture = architecture
        self.classes = classes
        self.byteCount = byteCount
        self.addedAt = addedAt
        self.metadata = metadata
    }
}

/// Classifiers trained on a fixed cast.
public protocol ClassifierStore: Sendable {
    /// All classifiers, in the order of their names.
    func classifiers() async throws(RegistryError) -> [ClassifierRecord]

    /// - Throws: `invalidName`, `classifierNotFound`.
    func classifier(named name: String) async throws(RegistryError) -> ClassifierRecord

    /// Stores a classifier and its file.
    /// - Parameters:
    ///   - identity: SHA-256 of `bytes`, hexadecimal. The registry trusts it.
    ///   - classes: the names of its classes, in the order of its answers.
    ///   - metadata: JSON, stored as it is.
    /// - Throws: `invalidName`, `classifierExists` when the identity or the name is taken.
    func importClassifier(
        identity: String, name: String, architecture: String, classes: [String], metadata: String, bytes: Data
    ) async throws(RegistryError) -> ClassifierRecord

    /// The classifier's file.
    /// - Throws: `classifierNotFound`.
    func classifierBytes(identity: String) async throws(RegistryError) -> Data

    /// Removes a classifier with its file.
    /// - Returns: the classifier as it was.
    /// - Throws: `invalidName`, `classifierNotFound`.
    @discardableResult
    func removeClassifier(named name: String) async throws(RegistryError) -> ClassifierRecord
}

extension Registry: ClassifierStore {
    public func classifiers() throws(RegistryError) -> [ClassifierRecord] {
        try database().all(ClassifierRecord.query + " ORDER BY name", [], ClassifierRecord.init(row:))
    }

    public func classifier(named name: String) throws(RegistryError) -> ClassifierRecord {
        try database().existingClassifier(named: RegistryName.validated(name))
    }

    public func importClassifier(
        identity: String, name: String, architecture: String, classes: [String], metadata: String, bytes: Data
    ) throws(RegistryError) -> ClassifierRecord {
        let name = try RegistryName.validated(name)
        let database = try database()
        return try database.transaction { () throws(RegistryError) in
            try KeptFile.classifier.checkIsNew(identity: identity, name: name, in: database)
            try database.run(
                """
                INSERT INTO classifiers (identity, name, architecture, classes, byte_count, metadata, added_at)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    .text(identity), .text(name), .text(architecture), .text(classes.jsonLiteral),
                    .integer(bytes.count), .text(metadata), .time(Date()),
                ])
            try KeptFile.classifier.store(bytes, in: database)
            try database.record("classifier.import", subject: name, detail: ["identity": identity])
            return try database.existingClassifier(named: name)
        }
    }

    public func classifierBytes(identity: String) throws(RegistryError) -> Data {
        try KeptFile.classifier.bytes(identity: identity, in: database())
    }

    @discardableResult
    public func removeClassifier(named name: String) throws(RegistryError) -> ClassifierRecord {
        let name = try RegistryName.validated(name)
        let database = try database()
        return try database.transaction { () throws(RegistryError) in
            let classifier = try database.existingClassifier(named: name)
            try database.run("DELETE FROM classifiers WHERE name = ?", [.text(name)])
            try database.record("classifier.remove", subject: name, detail: ["identity": classifier.identity])
            return classifier
        }
    }
}

extension ClassifierRecord {
    fileprivate static let query = """
        SELECT identity, name, architecture, classes, byte_count, added_at, metadata FROM classifiers
        """

    /// - Throws: `storageCorrupt` when the classes are not what was written.
    fileprivate init(row: Row) throws(RegistryError) {
        guard let classes = [String](jsonLiteral: row.text(3)) else {
            throw RegistryError(.storageCorrupt, "classifier '\(row.text(1))' cannot be read; restore a backup")
        }
        self.init(
            identity: row.text(0), name: row.text(1), architecture: row.text(2), classes: classes,
            byteCount: row.int(4), addedAt: row.date(5), metadata: row.text(6))
    }
}

extension Connection {
    /// - Throws: `classifierNotFound`.
    fileprivate func existingClassifier(named name: String) throws(RegistryError) -> ClassifierRecord {
        let classifier = try first(
            ClassifierRecord.query + " WHERE name = ?", [.text(name)], ClassifierRecord.init(row:))
        guard let classifier else { throw KeptFile.classifier.notFound("named '\(name)'") }
        return classifier
    }
}
