import API

/// All enrolled images as one model embeds them: what a head is fitted on.
public struct Support: Sendable, Equatable {
    /// A character and the embeddings of its images.
    public struct Character: Sendable, Equatable {
        public let id: Int64
        public let name: String
        /// The images' numbers, in order.
        public let images: [Int64]
        /// In the order of the images.
        public let embeddings: [[Float]]

        public init(id: Int64, name: String, images: [Int64], embeddings: [[Float]]) {
            self.id = id
            self.name = name
            self.images = images
            self.embeddings = embeddings
        }
    }

    /// ``PrototypeStore/supportRevision`` when this was read.
    public let revision: Int
    /// In the order of their numbers, without characters that have no images.
    public let characters: [Character]

    public init(revision: Int, characters: [Character]) {
        self.revision = revision
        self.characters = characters
    }
}

extension Registry {
    public func support(model identity: String, atMost limit: Int?) throws(RegistryError) -> Support {
        let database = try database()
        let model = try database.activeModel(identity: identity)
        // Only this actor makes changes, and each raises the revision before it returns, so this is the revision of these rows.
        return Support(
            revision: indexes.prototypes.revision,
            characters: try database.support(of: model, keeping: try step(model, limit)))
    }

    public func supports(
        model identity: String, shadow: String, atMost limit: Int?
    ) throws(RegistryError) -> (active: Support, shadow: Support) {
        let active = try support(model: identity, atMost: limit)
        let database = try database()
        let other = try database.existingModel(identity: shadow)
        var wanted: Set<Int64> = []
        for character in active.characters { wanted.insert(character.id) }
        let seen = Dictionary(
            uniqueKeysWithValues: try database.support(of: other, keeping: { id, _ in wanted.contains(id) }).map {
                ($0.id, $0)
            })
        var (ones, others): ([Support.Character], [Support.Character]) = ([], [])
        for character in active.characters {
            guard let shadow = seen[character.id] else { continue }
            let common = Set(shadow.images).intersection(character.images)
            ones.append(character.keeping(common))
            others.append(shadow.keeping(common))
        }
        return (
            Support(revision: active.revision, characters: ones), Support(revision: active.revision, characters: others)
        )
    }

    /// Which characters are read so that they have about `limit` images in all, evenly spread.
    private func step(
        _ model: StoredModel, _ limit: Int?
    ) throws(RegistryError) -> (_ character: Int64, _ number: Int) -> Bool {
        let images = try supportSizes(model: model.record.identity).reduce(0, +)
        let step = limit.map { max(1, (images + $0 - 1) / $0) } ?? 1
        return { _, number in number % step == 0 }
    }

    public func support(of character: String, model identity: String) throws(RegistryError) -> Support.Character {
        let database = try database()
        let model = try database.activeModel(identity: identity)
        let character = try database.existingCharacter(named: RegistryName.validated(character))
        var (images, embeddings): ([Int64], [[Float]]) = ([], [])
        try database.run(
            """
            SELECT i.id, e.vector FROM images i CROSS JOIN embeddings e ON e.image = i.id AND e.model = $1
            WHERE i.character = $2 ORDER BY i.id
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
            "SELECT count FROM prototypes WHERE model = $1 AND head = $2 ORDER BY character",
            [.integer(model.id), .text(Prototype.head)]
        ) { $0.int(0) }
    }

    public nonisolated var supportRevision: Int { indexes.prototypes.revision }

    public nonisolated var enrolledNames: [String] { indexes.prototypes.names }
}

extension Connection {
    /// The characters that have embeddings of a model, in the order of their numbers.
    /// - Parameter isKept: gets a character's number and its place.
    /// - Throws: `interrupted` when the task is cancelled; the storage errors.
    fileprivate func support(
        of model: StoredModel, keeping isKept: (_ character: Int64, _ number: Int) -> Bool
    ) throws(RegistryError) -> [Support.Character] {
        var number = 0
        var names: [Int64: String] = [:]
        try run("SELECT id, name FROM characters") { row in names[row.integer(0)] = row.text(1) }
        var characters: [Support.Character] = []
        try forEachSupport(of: model) { id, images, embeddings throws(RegistryError) in
            guard !Task.isCancelled else { throw RegistryError.stopped }
            if isKept(id, number) {
                characters.append(
                    Support.Character(id: id, name: names[id] ?? "", images: images, embeddings: embeddings))
            }
            number += 1
        }
        return characters
    }
}

extension Support.Character {
    /// The same with only some of its images.
    fileprivate func keeping(_ wanted: Set<Int64>) -> Self {
        let places = images.indices.filter { wanted.contains(images[$0]) }
        return Self(id: id, name: name, images: places.map { images[$0] }, embeddings: places.map { embeddings[$0] })
    }
}
