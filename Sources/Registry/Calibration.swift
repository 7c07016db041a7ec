import API
public import Foundation

/// A calibration as the registry stores it: the registry knows its bytes and not its content.
public struct StoredCalibration: Sendable, Equatable {
    /// SHA-256 of the value, hexadecimal. The registry trusts it.
    public let identity: String
    /// JSON.
    public let value: String
    public let madeAt: Date

    public init(identity: String, value: String, madeAt: Date) {
        self.identity = identity
        self.value = value
        self.madeAt = madeAt
    }
}

/// How far a character's supports lie from its prototype.
public struct CharacterSpread: Sendable, Equatable {
    public let characterID: Int64
    /// The number of supports, at least one.
    public let count: Int
    /// Root mean squared distance of the supports to the prototype.
    public let spread: Double

    public init(characterID: Int64, count: Int, spread: Double) {
        self.characterID = characterID
        self.count = count
        self.spread = spread
    }
}

/// Calibrations on the registry's own pictures, and the distances and vectors to fit them on.
public protocol CalibrationStore: Sendable {
    /// A model's calibration, or nil if it has none.
    /// - Throws: `modelNotFound`.
    func calibration(model identity: String) async throws(RegistryError) -> StoredCalibration?

    /// Replaces a model's calibration. Storing the same one again changes nothing.
    /// - Throws: `modelNotFound`.
    func storeCalibration(_ calibration: StoredCalibration, model identity: String) async throws(RegistryError)

    /// Removes every model's calibration.
    func removeCalibrations() async throws(RegistryError)

    /// The spread of every character that has supports, in the order of the characters' numbers. Reads no vector.
    /// - Throws: `modelNotActive`.
    func spreads(model identity: String) async throws(RegistryError) -> [CharacterSpread]

    /// A character's embeddings, in the order of the images' numbers; none if the character does not exist.
    /// - Throws: `modelNotActive`.
    func supports(ofCharacter id: Int64, model identity: String) async throws(RegistryError) -> [[Float]]
}

extension Registry: CalibrationStore {
    public func calibration(model identity: String) throws(RegistryError) -> StoredCalibration? {
        let database = try database()
        let model = try database.existingModel(identity: identity)
        return try database.first(StoredCalibration.query, [.integer(model.id)], StoredCalibration.init(row:))
    }

    public func storeCalibration(
        _ calibration: StoredCalibration, model identity: String
    ) throws(RegistryError) {
        try change { (database, indexes) throws(RegistryError) in
            let model = try database.existingModel(identity: identity)
            try database.run(
                """
                INSERT INTO calibrations (model, identity, value, made_at) VALUES ($1, $2, $3, $4)
                ON CONFLICT (model) DO UPDATE
                SET identity = excluded.identity, value = excluded.value, made_at = excluded.made_at
                WHERE calibrations.identity <> excluded.identity
                """,
                [
                    .integer(model.id), .text(calibration.identity), .text(calibration.value),
                    .time(calibration.madeAt),
                ])
            guard database.changes > 0 else { return }
            indexes.note(.calibration)
            try database.record(
                "calibration.set", subject: model.record.name, detail: ["identity": calibration.identity])
        }
    }

    public func removeCalibrations() throws(RegistryError) {
        try change { (database, indexes) throws(RegistryError) in
            try database.run("DELETE FROM calibrations")
            guard database.changes > 0 else { return }
            indexes.note(.calibration)
            try database.record("calibration.remove", subject: "*")
        }
    }

    public func spreads(model identity: String) throws(RegistryError) -> [CharacterSpread] {
        let database = try database()
        let model = try database.activeModel(identity: identity)
        return try database.all(
            "SELECT character, count, spread FROM prototypes WHERE model = $1 AND head = $2 ORDER BY character",
            [.integer(model.id), .text(Prototype.head)]
        ) { CharacterSpread(characterID: $0.integer(0), count: $0.int(1), spread: $0.real(2)) }
    }

    public func supports(ofCharacter id: Int64, model identity: String) throws(RegistryError) -> [[Float]] {
        let database = try database()
        return try database.supports(of: id, model: database.activeModel(identity: identity))
    }
}

extension StoredCalibration {
    /// Of one model.
    static let query = "SELECT identity, value, made_at FROM calibrations WHERE model = $1"

    init(row: Row) { self.init(identity: row.text(0), value: row.text(1), madeAt: row.date(2)) }
}
