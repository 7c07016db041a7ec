public import API
public import Foundation

/// Classifiers trained on a fixed list of characters.
public protocol ClassifierStore: Sendable {
    /// All classifiers, in the order of their names.
    func classifiers() async throws(RegistryError) -> [ClassifierSummary]

    /// It never waits for a change.
    /// - Throws: `invalidName`, `classifierNotFound`.
    func classifier(named name: String) async throws(RegistryError) -> ClassifierSummary

    /// Stores a classifier and its file.
    /// - Parameters:
    ///   - identity: SHA-256 of `bytes`, hexadecimal. The registry trusts it.
    ///   - classes: the names of its classes, in the order of its answers.
    ///   - metadata: a JSON object of strings, stored as it is. `radius` and `temperature` become the summary's.
    /// - Throws: `invalidName`, `classifierExists` when the identity or the name is taken.
    func importClassifier(
        identity: String, name: String, architecture: String, classes: [String], metadata: String, bytes: Data
    ) async throws(RegistryError) -> ClassifierSummary

    /// The classifier's file.
    /// - Throws: `classifierNotFound`.
    func classifierBytes(identity: String) async throws(RegistryError) -> Data

    /// Removes a classifier with its file.
    /// - Returns: the classifier as it was.
    /// - Throws: `invalidName`, `classifierNotFound`.
    @discardableResult
    func removeClassifier(named name: String) async throws(RegistryError) -> ClassifierSummary
}

extension Registry: ClassifierStore {
    public func classifiers() throws(RegistryError) -> [ClassifierSummary] {
        try database().all(ClassifierSummary.query + " ORDER BY name", [], ClassifierSummary.init(row:))
    }

    public nonisolated func classifier(named name: String) async throws(RegistryError) -> ClassifierSummary {
        let name = try RegistryName.validated(name)
        return try await readers.short { database throws(RegistryError) in try database.existingClassifier(named: name)
        }
    }

    public func importClassifier(
        identity: String, name: String, architecture: String, classes: [String], metadata: String, bytes: Data
    ) throws(RegistryError) -> ClassifierSummary {
        let name = try RegistryName.new(name)
        let database = try database()
        return try database.transaction { () throws(RegistryError) in
            try KeptFile.classifier.checkIsNew(identity: identity, name: name, in: database)
            let id = try database.insert(
                """
                INSERT INTO classifiers (identity, name, architecture, classes, byte_count, metadata, added_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7)
                """,
                [
                    .text(identity), .text(name), .text(architecture), .text(classes.jsonLiteral),
                    .integer(bytes.count), .text(metadata), .time(Date()),
                ])
            try KeptFile.classifier.store(bytes, of: id, in: database)
            try database.record("classifier.import", subject: name, detail: ["identity": identity])
            return try database.existingClassifier(named: name)
        }
    }

    public func classifierBytes(identity: String) throws(RegistryError) -> Data {
        try KeptFile.classifier.bytes(identity: identity, in: database())
    }

    @discardableResult
    public func removeClassifier(named name: String) throws(RegistryError) -> ClassifierSummary {
        let name = try RegistryName.validated(name)
        let database = try database()
        return try database.transaction { () throws(RegistryError) in
            let classifier = try database.existingClassifier(named: name)
            try database.run("DELETE FROM classifiers WHERE name = $1", [.text(classifier.name)])
            try database.record(
                "classifier.remove", subject: classifier.name, detail: ["identity": classifier.identity])
            return classifier
        }
    }
}

extension ClassifierSummary {
    fileprivate static let query = """
        SELECT identity, name, architecture, classes, byte_count, added_at, metadata FROM classifiers
        """

    /// - Throws: `storageCorrupt` when the classes or the metadata cannot be read.
    fileprivate init(row: Row) throws(RegistryError) {
        guard let classes = [String](jsonLiteral: row.text(3)) else {
            throw RegistryError(
                .storageCorrupt, "the classes of classifier '\(row.text(1))' cannot be read; restore a backup")
        }
        let name = row.text(1)
        let settings = try KeptFile.classifier.settings(in: row.text(6), of: name)
        self.init(
            name: name, identity: row.text(0), architecture: row.text(2), classes: classes,
            radius: settings["radius"].flatMap(Double.init),
            temperature: settings["temperature"].flatMap(Double.init) ?? 1, bytes: row.int(4), addedAt: row.date(5))
    }
}

extension Connection {
    /// - Throws: `classifierNotFound`.
    fileprivate func existingClassifier(named name: String) throws(RegistryError) -> ClassifierSummary {
        let stored = try storedName(name, in: "classifiers") ?? name
        let classifier = try first(
            ClassifierSummary.query + " WHERE name = $1", [.text(stored)], ClassifierSummary.init(row:))
        guard let classifier else { throw KeptFile.classifier.notFound("named '\(name)'") }
        return classifier
    }
}
