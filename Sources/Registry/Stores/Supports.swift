extension Registry {
    public func support(model identity: String, atMost limit: Int?) throws(RegistryError) -> Support {
        let database = try database()
        let model = try database.activeModel(identity: identity)
        let images = try supportSizes(model: identity).reduce(0, +)
        let step = limit.map { max(1, (images + $0 - 1) / $0) } ?? 1
        var number = 0
        var names: [Int64: String] = [:]
        try database.run("SELECT id, name FROM characters") { row in names[row.integer(0)] = row.text(1) }
        var characters: [Support.Character] = []
        try database.forEachSupport(of: model) { id, images, embeddings in
            if number % step == 0 {
                characters.append(
                    Support.Character(id: id, name: names[id] ?? "", images: images, embeddings: embeddings))
            }
            number += 1
        }
        // Changes are made by this actor alone, and raise the revision before they return: it is that of these rows.
        return Support(revision: index.revision, characters: characters)
    }

    public func support(of character: String, model identity: String) throws(RegistryError) -> Support.Character {
        let database = try database()
        let model = try database.activeModel(identity: identity)
        let character = try database.existingCharacter(named: RegistryName.validated(character))
        var (images, embeddings): ([Int64], [[Float]]) = ([], [])
        try database.run(
            """
            SELECT i.id, e.vector FROM images i CROSS JOIN embeddings e ON e.image = i.id AND e.model = ?
            WHERE i.character = ? ORDER BY i.id
            """,
            [.integer(model.id), .integer(character.id)]
        ) { row throws(RegistryError) in
            images.append(row.integer(0))
            embeddings.append(try row.vector(1, dimensions: model.record.dimensions))
        }
        return Support.Character(id: character.id, name: character.name, images: images, embeddings: embeddings)
    }

    public func supportSizes(model identity: String) throws(RegistryError) -> [Int] {
        let database = try database()
        let model = try database.activeModel(identity: identity)
        return try database.all(
            "SELECT count FROM prototypes WHERE model = ? AND head = ? ORDER BY character",
            [.integer(model.id), .text(Prototype.head)]
        ) { $0.int(0) }
    }

    public nonisolated var supportRevision: Int { index.revision }

    public nonisolated var enrolledNames: [String] { index.names }
}
