import API
import Foundation

/// A cast pack to import.
public struct NewPack: Sendable, Equatable {
    public let name: String
    /// SHA-256 of its manifest, hexadecimal.
    public let sha256: String
    /// Whose signature was checked; nil for none.
    public let signer: String?

    public init(name: String, sha256: String, signer: String?) {
        precondition(sha256.utf8.count == 64, "a SHA-256 is 64 hexadecimal digits")
        (self.name, self.sha256, self.signer) = (name, sha256, signer)
    }
}

/// A vector of a cast pack to import.
public struct NewVector: Sendable, Equatable {
    /// The index of its pack among those of the import.
    public let pack: Int
    /// SHA-256 of the vector's bytes as they are stored, hexadecimal. The registry trusts it.
    public let sha256: String
    /// As many values as the model has dimensions, all finite.
    public let embedding: [Float]

    public init(pack: Int, sha256: String, embedding: [Float]) {
        precondition(sha256.utf8.count == 64, "a SHA-256 is 64 hexadecimal digits")
        (self.pack, self.sha256, self.embedding) = (pack, sha256, embedding)
    }
}

/// Enrolls vectors of cast packs, inside the transaction of an import.
struct PackEnrollment {
    let packs: [NewPack]
    /// The packs' names as they are stored.
    private let names: [String]
    let model: StoredModel
    let database: Connection
    /// The numbers of the packs that have brought something, by their indexes.
    private(set) var numbers: [Int: Int64] = [:]
    private var added: [Int: Int] = [:]

    /// The format of an image that is a vector.
    static let format = "vector"
    /// The greatest squared length of a vector. A longer one makes distances to it overflow.
    private static let greatestSquare: Float = 1e16

    /// - Throws: `invalidName` when a pack's name is none.
    init(_ packs: [NewPack], model: StoredModel, database: Connection) throws(RegistryError) {
        names = try packs.map { pack throws(RegistryError) in try Registry.packName(pack.name) }
        (self.packs, self.model, self.database) = (packs, model, database)
    }

    /// Adds those vectors that a character has not.
    /// - Returns: how many were added.
    /// - Throws: `dimensionMismatch`, `invalidVector`.
    mutating func enroll(_ vectors: [NewVector], under character: CharacterSummary) throws(RegistryError) -> Int {
        var count = 0
        for vector in vectors {
            try check(vector.embedding, of: character.name)
            let key = PictureKey(sha256: vector.sha256, box: nil)
            guard try !database.isEnrolled(key, under: character.id) else { continue }
            try insert(vector, under: character.id)
            count += 1
        }
        guard count > 0 else { return 0 }
        try database.touchCharacter(character.id)
        _ = try database.refreshPrototype(of: character.id, model: model)
        return count
    }

    private func check(_ vector: [Float], of name: String) throws(RegistryError) {
        try model.check(vector, of: "a vector of \(name)")
        guard vector.reduce(0, { $0 + $1 * $1 }) <= Self.greatestSquare else {
            throw RegistryError(.invalidVector, "a vector of \(name) is longer than any that a model makes")
        }
    }

    private mutating func insert(_ vector: NewVector, under character: Int64) throws(RegistryError) {
        let pack = try number(of: vector.pack)
        let id = try database.insert(
            """
            INSERT INTO all_images (character, sha256, format, byte_count, width, height, source, added_at, pack)
            VALUES ($1, $2, $3, 0, 0, 0, '', $4, $5)
            """,
            [.integer(character), .text(vector.sha256), .text(Self.format), .time(Date()), .integer(pack)])
        try database.run(
            "INSERT INTO embeddings (image, model, vector) VALUES ($1, $2, $3)",
            [.integer(id), .integer(model.id), .vector(vector.embedding)])
        added[vector.pack, default: 0] += 1
    }

    /// The number of a pack, which is the same as before if the same pack was imported before.
    private mutating func number(of index: Int) throws(RegistryError) -> Int64 {
        if let number = numbers[index] { return number }
        let (pack, name, identity) = (packs[index], names[index], model.record.identity)
        let known = try database.first(
            "SELECT id FROM packs WHERE sha256 = $1 AND name = $2 AND model = $3",
            [.text(pack.sha256), .text(name), .text(identity)]
        ) { $0.integer(0) }
        let number: Int64
        if let known {
            number = known
            if let signer = pack.signer {
                try database.run("UPDATE packs SET signer = $1 WHERE id = $2", [.text(signer), .integer(known)])
            }
        } else {
            number = try database.insert(
                "INSERT INTO packs (name, model, sha256, signer, added_at) VALUES ($1, $2, $3, $4, $5)",
                [
                    .text(name), .text(identity), .text(pack.sha256), pack.signer.map { .text($0) } ?? .null,
                    .time(Date()),
                ])
        }
        numbers[index] = number
        return number
    }

    /// Records what each pack has brought, and forgets packs of which nothing is left, not even in the trash.
    func finish() throws(RegistryError) {
        for (index, number) in numbers.sorted(by: { $0.value < $1.value }) {
            try database.record(
                "pack.import", subject: packs[index].name,
                detail: [
                    "id": number, "vectors": added[index] ?? 0, "sha256": packs[index].sha256,
                    "signer": packs[index].signer ?? "",
                ])
        }
        guard !packs.isEmpty else { return }
        try database.run("DELETE FROM packs WHERE NOT EXISTS (SELECT 1 FROM all_images WHERE pack = packs.id)")
    }
}
