public import API
public import Foundation

/// Face detectors: they find the faces in a picture. At most one is active, and one is kept for a rollback.
public protocol DetectorStore: Sendable {
    /// All detectors, in the order of their names.
    func detectors() async throws(RegistryError) -> [DetectorSummary]

    /// - Throws: `invalidName`, `detectorNotFound`.
    func detector(named name: String) async throws(RegistryError) -> DetectorSummary

    /// The detector that finds faces; nil if there is none.
    func activeDetector() async throws(RegistryError) -> DetectorSummary?

    /// The detector that was active before the active one; nil if there is none.
    func formerDetector() async throws(RegistryError) -> DetectorSummary?

    /// Stores a detector and its file. It finds no faces before it is used.
    /// - Parameter identity: SHA-256 of `bytes`, hexadecimal. The registry trusts it.
    /// - Throws: `invalidName`, `detectorExists` when the identity or the name is taken.
    func importDetector(
        identity: String, name: String, threshold: Double, longSide: Int, bytes: Data
    ) async throws(RegistryError) -> DetectorSummary

    /// The detector's file.
    /// - Throws: `detectorNotFound`.
    func detectorBytes(identity: String) async throws(RegistryError) -> Data

    /// Makes a detector the active one, in one transaction. The one before is kept for a rollback.
    /// - Throws: `invalidName`, `detectorNotFound`.
    func useDetector(named name: String) async throws(RegistryError) -> DetectorSummary

    /// Removes a detector with its file.
    /// - Returns: the detector as it was.
    /// - Throws: `invalidName`, `detectorNotFound`, `busy` for the active one.
    func removeDetector(named name: String) async throws(RegistryError) -> DetectorSummary
}

extension Registry: DetectorStore {
    public func detectors() throws(RegistryError) -> [DetectorSummary] {
        try database().all(DetectorSummary.query + " ORDER BY name", [], DetectorSummary.init(row:))
    }

    public func detector(named name: String) throws(RegistryError) -> DetectorSummary {
        try database().existingDetector(named: RegistryName.validated(name))
    }

    public func activeDetector() throws(RegistryError) -> DetectorSummary? { try database().detector(in: .active) }

    public func formerDetector() throws(RegistryError) -> DetectorSummary? { try database().detector(in: .former) }

    public func importDetector(
        identity: String, name: String, threshold: Double, longSide: Int, bytes: Data
    ) throws(RegistryError) -> DetectorSummary {
        let name = try RegistryName.new(name)
        let database = try database()
        return try database.transaction { () throws(RegistryError) in
            try KeptFile.detector.checkIsNew(identity: identity, name: name, in: database)
            let id = try database.insert(
                """
                INSERT INTO detectors (identity, name, threshold, long_side, byte_count, added_at)
                VALUES ($1, $2, $3, $4, $5, $6)
                """,
                [
                    .text(identity), .text(name), .real(threshold), .integer(longSide), .integer(bytes.count),
                    .time(Date()),
                ])
            try KeptFile.detector.store(bytes, of: id, in: database)
            try database.record("detector.import", subject: name, detail: ["identity": identity])
            return try database.existingDetector(named: name)
        }
    }

    public func detectorBytes(identity: String) throws(RegistryError) -> Data {
        try KeptFile.detector.bytes(identity: identity, in: database())
    }

    public func useDetector(named name: String) throws(RegistryError) -> DetectorSummary {
        let name = try RegistryName.validated(name)
        return try change { (database, indexes) throws(RegistryError) in
            let detector = try database.existingDetector(named: name)
            guard !detector.active else { return detector }
            indexes.note(.detector)
            try database.run("UPDATE detectors SET state = 'idle' WHERE state = 'former'")
            try database.run("UPDATE detectors SET state = 'former' WHERE state = 'active'")
            try database.run("UPDATE detectors SET state = 'active' WHERE name = $1", [.text(detector.name)])
            try database.record("detector.use", subject: detector.name, detail: ["identity": detector.identity])
            return try database.existingDetector(named: name)
        }
    }

    @discardableResult
    public func removeDetector(named name: String) throws(RegistryError) -> DetectorSummary {
        let name = try RegistryName.validated(name)
        let database = try database()
        return try database.transaction { () throws(RegistryError) in
            let detector = try database.existingDetector(named: name)
            guard !detector.active else {
                throw RegistryError(
                    .busy, "cannot remove detector '\(detector.name)': it finds the faces now. Use another one first.")
            }
            try database.run("DELETE FROM detectors WHERE name = $1", [.text(detector.name)])
            try database.record("detector.remove", subject: detector.name, detail: ["identity": detector.identity])
            return detector
        }
    }
}

extension DetectorSummary {
    fileprivate static let query = """
        SELECT identity, name, threshold, long_side, byte_count, added_at, state FROM detectors
        """

    fileprivate init(row: Row) {
        self.init(
            name: row.text(1), identity: row.text(0), threshold: row.real(2), longSide: row.int(3), bytes: row.int(4),
            addedAt: row.date(5), active: row.text(6) == DetectorState.active.rawValue)
    }
}

/// What a detector in the registry is for.
private enum DetectorState: String {
    case active, former
}

extension Connection {
    fileprivate func detector(in state: DetectorState) throws(RegistryError) -> DetectorSummary? {
        try first(
            DetectorSummary.query + " WHERE state = $1", [.text(state.rawValue)], DetectorSummary.init(row:))
    }

    /// - Throws: `detectorNotFound`.
    fileprivate func existingDetector(named name: String) throws(RegistryError) -> DetectorSummary {
        let stored = try storedName(name, in: "detectors") ?? name
        let detector = try first(
            DetectorSummary.query + " WHERE name = $1", [.text(stored)], DetectorSummary.init(row:))
        guard let detector else { throw KeptFile.detector.notFound("named '\(name)'") }
        return detector
    }
}
