extension Registry {
    public func support(model identity: String) throws(RegistryError) -> Support {
        let database = try database()
        let model = try database.activeModel(identity: identity)
        var names: [Int64: String] = [:]
        try database.run("SELECT id, name FROM characters") { row in names[row.integer(0)] = row.text(1) }
        var characters: [Support.Character] = []
        try database.forEachSupport(of: model) { id, embeddings in
            characters.append(Support.Character(id: id, name: names[id] ?? "", embeddings: embeddings))
        }
        // Changes are made by this actor alone, and raise the revision before they return: it is that of these rows.
        return Support(revision: index.revision, characters: characters)
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
