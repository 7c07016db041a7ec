public import API
import Foundation

/// Cast packs: vectors of characters that came without pictures.
///
/// A vector of a pack counts as an image of its character in all that answers rest on. It counts only while the model that made it is active,
/// because nothing can embed it again.
public protocol PackStore: Sendable {
    /// The packs that characters have vectors of, in the order of their numbers.
    func packs() async throws(RegistryError) -> [CastPack]

    /// Puts all vectors of a pack into the trash, with the characters that have nothing else: no picture, no other vector, no rejection, no
    /// tag, no note, and no alias or series but those of a pack. One transaction.
    /// - Throws: `packNotFound`.
    func removePack(_ id: Int64) async throws(RegistryError) -> RemovePack.Response

    /// The vectors that count now and would count no more under another model.
    /// - Throws: `modelNotFound`.
    func restingPacks(under identity: String) async throws(RegistryError) -> RestingPacks
}

extension Registry: PackStore {
    /// A pack's name as it is stored.
    /// - Throws: `invalidName`.
    public static func packName(_ name: String) throws(RegistryError) -> String {
        try RegistryName.new(name, as: "cast pack's name")
    }

    public func packs() throws(RegistryError) -> [CastPack] {
        let database = try database()
        return try database.all(StoredPack.query + " ORDER BY p.id", [], StoredPack.init(row:)).map {
            pack throws(RegistryError) in try database.summary(of: pack)
        }
    }

    public func removePack(_ id: Int64) throws(RegistryError) -> RemovePack.Response {
        try change { (database, indexes) throws(RegistryError) in
            let pack = try database.existingPack(id)
            let change = try database.beginTrash(.packRemove, of: pack.name)
            let characters = try database.all(
                "SELECT DISTINCT c.id, c.name FROM images i JOIN characters c ON c.id = i.character WHERE i.pack = $1 ORDER BY c.id",
                [.integer(id)]
            ) { (id: $0.integer(0), name: $0.text(1)) }
            try database.run(
                "UPDATE all_images SET trash = $1 WHERE pack = $2 AND trash IS NULL", [.integer(change), .integer(id)])
            let model = try database.activeModel()
            var removed: [String] = []
            for character in characters {
                if try database.isBare(character: character.id) {
                    try database.trash(character: character.id, by: change)
                    try indexes.remove(character: character.id)
                    removed.append(character.name)
                } else {
                    try database.touchCharacter(character.id)
                    let prototype = try model.flatMap { model throws(RegistryError) in
                        try database.refreshPrototype(of: character.id, model: model)
                    }
                    try indexes.set(character: character.id, name: character.name, prototype: prototype)
                }
            }
            try database.record(
                "pack.remove", subject: pack.name,
                detail: ["id": id, "vectors": pack.vectors, "characters": characters.count, "removed": removed.count])
            return RemovePack.Response(pack: pack, removed: removed.sorted())
        }
    }

    public func restingPacks(under identity: String) throws(RegistryError) -> RestingPacks {
        let database = try database()
        let next = try database.existingModel(identity: identity)
        var resting = RestingPacks(packs: [], unnamed: [], weaker: [], vectors: 0)
        guard let active = try database.activeModel(), active.id != next.id else { return resting }
        try database.run(
            """
            SELECT c.name, count(*), EXISTS (
                SELECT 1 FROM images o LEFT JOIN packs q ON q.id = o.pack
                WHERE o.character = c.id AND (o.pack IS NULL OR q.model = $2))
            FROM images i JOIN packs p ON p.id = i.pack JOIN characters c ON c.id = i.character
            WHERE p.model = $1 GROUP BY c.id, c.name ORDER BY c.name
            """, [.text(active.record.identity), .text(identity)]
        ) { row throws(RegistryError) in
            if row.int(2) == 1 { resting.weaker.append(row.text(0)) } else { resting.unnamed.append(row.text(0)) }
            resting.vectors += row.int(1)
        }
        resting.packs = try database.all(
            """
            SELECT name FROM packs p WHERE model = $1 AND EXISTS (SELECT 1 FROM images WHERE pack = p.id)
            GROUP BY name ORDER BY min(id)
            """, [.text(active.record.identity)]
        ) { $0.text(0) }
        return resting
    }
}

/// A pack without the names of its characters.
private struct StoredPack {
    let pack: CastPack

    /// Of packs that characters have vectors of.
    static let query = """
        SELECT p.id, p.name, p.model, m.name, m.active, p.signer, p.sha256, p.added_at,
            (SELECT count(*) FROM images i WHERE i.pack = p.id)
        FROM packs p JOIN models m ON m.identity = p.model WHERE EXISTS (SELECT 1 FROM images i WHERE i.pack = p.id)
        """

    init(row: Row) {
        pack = CastPack(
            id: row.integer(0), name: row.text(1), model: row.text(2), modelName: row.text(3), active: row.int(4) == 1,
            signer: row.isNull(5) ? nil : row.text(5), sha256: row.text(6), characters: [], vectors: row.int(8),
            addedAt: row.date(7))
    }
}

extension Connection {
    fileprivate func summary(of stored: StoredPack) throws(RegistryError) -> CastPack {
        var pack = stored.pack
        pack.characters = try all(
            """
            SELECT name FROM characters WHERE id IN (SELECT character FROM images WHERE pack = $1) ORDER BY name
            """, [.integer(pack.id)]
        ) { $0.text(0) }
        return pack
    }

    /// - Throws: `packNotFound`.
    fileprivate func existingPack(_ id: Int64) throws(RegistryError) -> CastPack {
        let stored = try first(StoredPack.query + " AND p.id = $1", [.integer(id)], StoredPack.init(row:))
        guard let stored else {
            throw RegistryError(.packNotFound, "there is no cast pack \(id); see: aniwho packs list")
        }
        return try summary(of: stored)
    }

    /// Whether a character has nothing that its owner gave it.
    fileprivate func isBare(character: Int64) throws(RegistryError) -> Bool {
        let has = try first(
            """
            SELECT EXISTS (SELECT 1 FROM images WHERE character = $1)
                OR EXISTS (SELECT 1 FROM rejections WHERE character = $1)
                OR EXISTS (SELECT 1 FROM character_tags WHERE character = $1)
                OR EXISTS (SELECT 1 FROM characters WHERE id = $1 AND note <> '')
                OR EXISTS (
                    SELECT character, 'alias', name FROM all_aliases WHERE character = $1
                    UNION ALL SELECT id, 'series', series FROM characters WHERE id = $1 AND series <> ''
                    EXCEPT SELECT character, kind, text FROM pack_writings WHERE character = $1)
            """, [.integer(character)]
        ) { $0.int(0) }
        return has == 0
    }
}
