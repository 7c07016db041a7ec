public import API

/// Characters, images and rejections to enroll in one transaction.
public struct Import: Sendable {
    /// The characters' names, without duplicates.
    public let names: [String]
    /// Makes the images of the character at an index. Called once for each character, so that not all images are in memory at once.
    public let images: @Sendable (Int) throws(RegistryError) -> [NewImage]
    /// The number of rejections.
    public let rejections: Int
    /// Makes the rejection at an index: the name of one of the characters, and the picture.
    public let rejection: @Sendable (Int) throws(RegistryError) -> (character: String, image: NewImage)
    /// Whether to add images to characters that are enrolled already.
    public let merges: Bool
    /// Settings to set in the same transaction.
    public let settings: [String: String]

    public init(
        names: [String], images: @escaping @Sendable (Int) throws(RegistryError) -> [NewImage], rejections: Int,
        rejection: @escaping @Sendable (Int) throws(RegistryError) -> (character: String, image: NewImage),
        merges: Bool, settings: [String: String]
    ) {
        self.names = names
        self.images = images
        self.rejections = rejections
        self.rejection = rejection
        self.merges = merges
        self.settings = settings
    }
}

extension Registry {
    /// - Throws: `characterExists`, naming some of the characters that are enrolled already, unless the import merges; and when two of the
    ///   names look the same, so that they would become one character.
    public func checkImport(of names: [String], merges: Bool) throws(RegistryError) {
        try database().checkImport(of: names, merges: merges)
    }

    /// Enrolls characters with images and rejections in one transaction.
    /// - Parameter identity: of the model that made the embeddings; must be the active one.
    /// - Returns: what was added; `embedded` is 0.
    /// - Throws: as ``checkImport(of:merges:)`` and `enroll`; what the import's own functions throw. Nothing is stored then.
    public func enroll(_ all: Import, model identity: String) throws(RegistryError) -> ImportedBundle {
        try change { (database, indexes) throws(RegistryError) in
            let model = try database.activeModel(identity: identity)
            try database.checkImport(of: all.names, merges: all.merges)
            var result = ImportedBundle(characters: all.names.count)
            for (index, name) in all.names.enumerated() {
                let images = try all.images(index)
                for image in images { try model.check(image.embedding, of: "a picture of \(name)") }
                let (enrollment, _) = try database.enroll(images, under: RegistryName.validated(name), model: model)
                result.created += enrollment.created ? 1 : 0
                result.images += enrollment.added.count
                result.duplicates += enrollment.duplicates.count
            }
            for index in 0..<all.rejections {
                let (name, image) = try all.rejection(index)
                try model.check(image.embedding, of: "a picture that is not of \(name)")
                let character = try database.existingCharacter(named: RegistryName.validated(name))
                // If the picture is enrolled here under that character, the owner has decided since that it shows the character.
                guard try !database.isEnrolled(image.key, under: character.id) else { continue }
                if try database.reject(image, as: character, model: model).created { result.rejections += 1 }
            }
            for (key, value) in all.settings.sorted(by: { $0.key < $1.key }) {
                try database.set(setting: key, to: value)
            }
            try indexes.reloadPrototypes()
            try indexes.reloadRejections()
            return result
        }
    }
}

extension Connection {
    fileprivate func checkImport(of names: [String], merges: Bool) throws(RegistryError) {
        var known: [String] = []
        var meant: [String: String] = [:]
        for given in names {
            let name = try RegistryName.validated(given)
            let existing = try character(named: name)
            if existing != nil { known.append(given) }
            // Two characters of another registry never become one here. 0.1.0 allowed names that look the same.
            if let other = meant.updateValue(given, forKey: existing?.name ?? RegistryName.look(name)) {
                throw RegistryError(
                    .characterExists,
                    "'\(other)' and '\(given)' look the same; rename one where the bundle was made, and export it again"
                )
            }
        }
        guard !known.isEmpty, !merges else { return }
        let rest = known.count > 5 ? " and \(known.count - 5) more" : ""
        throw RegistryError(
            .characterExists,
            "enrolled already: \(known.prefix(5).joined(separator: ", "))\(rest); add the bundle's images to them with --merge"
        )
    }
}
