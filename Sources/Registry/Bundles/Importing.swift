public import API

/// Characters, images and rejections to enroll in one transaction.
public struct Import: Sendable {
    /// A character to enroll.
    public struct Character: Sendable {
        public let name: String
        public let aliases: [String]
        /// Empty when none is known.
        public let series: String

        public init(name: String, aliases: [String] = [], series: String = "") {
            (self.name, self.aliases, self.series) = (name, aliases, series)
        }
    }

    /// The characters, each name once.
    public let characters: [Character]
    /// Makes the images of the character at an index. Called once for each character, so that not all images are in memory at once.
    public let images: @Sendable (Int) throws(RegistryError) -> [NewImage]
    /// The number of rejections.
    public let rejections: Int
    /// Makes the rejection at an index: the name of one of the characters, and the picture.
    public let rejection: @Sendable (Int) throws(RegistryError) -> (character: String, image: NewImage)
    /// The cast packs that bring vectors without pictures.
    public let packs: [NewPack]
    /// Makes the vectors of the character at an index. Called once for each character.
    public let vectors: @Sendable (Int) throws(RegistryError) -> [NewVector]
    /// Whether it is itself a cast pack: what it writes on characters is then not their owner's.
    public let isPack: Bool
    /// Whether to add images to characters that are enrolled already.
    public let merges: Bool
    /// Settings to set in the same transaction.
    public let settings: [String: String]
    /// Where it comes from, for the audit log.
    public let source: String
    /// What is known of the result before: the number of characters, what was embedded again and left out, whose signature was checked.
    public let told: ImportedBundle

    public init(
        characters: [Character], images: @escaping @Sendable (Int) throws(RegistryError) -> [NewImage], rejections: Int,
        rejection: @escaping @Sendable (Int) throws(RegistryError) -> (character: String, image: NewImage),
        packs: [NewPack] = [], vectors: @escaping @Sendable (Int) throws(RegistryError) -> [NewVector] = { _ in [] },
        isPack: Bool = false, merges: Bool, settings: [String: String], source: String, told: ImportedBundle
    ) {
        self.characters = characters
        self.images = images
        self.rejections = rejections
        self.rejection = rejection
        self.packs = packs
        self.vectors = vectors
        self.isPack = isPack
        self.merges = merges
        self.settings = settings
        self.source = source
        self.told = told
    }
}

extension Registry {
    /// - Throws: `characterExists`, naming some of the characters that are enrolled already, unless the import merges; when two of the
    ///   names or aliases look the same, so that they would become one character; and when an alias is another character's here.
    public func checkImport(of characters: [Import.Character], merges: Bool) throws(RegistryError) {
        try database().checkImport(of: characters, merges: merges)
    }

    /// Enrolls characters with images and rejections in one transaction.
    /// - Parameter identity: of the model that made the embeddings; must be the active one.
    /// - Returns: what was added.
    /// - Throws: as ``checkImport(of:merges:)`` and `enroll`; `modelChanging` for cast packs while a job changes the model, after which their
    ///   vectors would count for nothing; what the import's own functions throw. Nothing is stored then.
    public func enroll(_ all: Import, model identity: String) throws(RegistryError) -> ImportedBundle {
        try change { (database, indexes) throws(RegistryError) in
            let model = try database.activeModel(identity: identity)
            try database.checkImport(of: all.characters, merges: all.merges)
            if !all.packs.isEmpty { try checkModelStays() }
            var packs = try PackEnrollment(all.packs, model: model, database: database)
            var result = all.told
            for (index, character) in all.characters.enumerated() {
                let images = try all.images(index)
                for image in images { try model.check(image.embedding, of: "a picture of \(character.name)") }
                let (enrollment, _) = try database.enroll(
                    images, under: RegistryName.validated(character.name), model: model)
                try database.write(character, on: enrollment.character, isPack: all.isPack)
                result.created += enrollment.created ? 1 : 0
                result.images += enrollment.added.count
                result.duplicates += enrollment.duplicates.count
                let vectors = try all.vectors(index)
                let added = try packs.enroll(vectors, under: enrollment.character)
                result.vectors += added
                result.duplicates += vectors.count - added
            }
            try packs.finish()
            if packs.numbers.count == 1 { result.pack = packs.numbers.first?.value }
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
            try database.record("bundle.read", subject: all.source, detail: result.particulars)
            try indexes.reload(.prototypes)
            try indexes.reload(.rejections)
            return result
        }
    }
}

extension Registry {
    /// - Throws: `modelChanging` while a job changes the model that answers.
    private func checkModelStays() throws(RegistryError) {
        guard let job = try openJobs(of: JobKind.modelChanges).first(where: { $0.kind != .tryModel }) else { return }
        throw RegistryError(
            .modelChanging,
            "job \(job.id) changes the model that answers; import the cast pack after it has ended, or cancel it: aniwho jobs cancel \(job.id)"
        )
    }
}

extension Connection {
    fileprivate func checkImport(of characters: [Import.Character], merges: Bool) throws(RegistryError) {
        var known: [String] = []
        var meant: [String: String] = [:]
        for given in characters {
            let name = try RegistryName.validated(given.name)
            let existing = try character(named: name)
            if existing != nil { known.append(given.name) }
            // Two characters of another registry never become one here. 0.1.0 allowed names that look the same.
            if let other = meant.updateValue(given.name, forKey: existing?.name ?? RegistryName.look(name)) {
                throw RegistryError(
                    .characterExists,
                    "'\(other)' and '\(given.name)' look the same, or are one character here; rename one where the bundle was made, and export it again"
                )
            }
            for alias in given.aliases {
                let alias = try RegistryName.validated(alias, as: "alias")
                let other = try namesLooking(like: alias).first { $0.character.id != existing?.id }
                guard let other else { continue }
                throw RegistryError(
                    .characterExists,
                    "the bundle's '\(given.name)' has the alias '\(alias)', which looks like \(other.quoted). \(other.advice)"
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

    /// Gives a character the aliases and the series of an imported one. Its own name and series stay.
    fileprivate func write(
        _ imported: Import.Character, on character: CharacterSummary, isPack: Bool
    ) throws(RegistryError) {
        let own = RegistryName.look(character.name)
        let aliases = try imported.aliases.map { text throws(RegistryError) in
            try RegistryName.new(text, as: "alias")
        }
        let added = try addAliases(aliases.filter { RegistryName.look($0) != own }, to: character)
        if isPack { for alias in added { try notePacked("alias", alias, of: character.id) } }
        guard character.series.isEmpty, !imported.series.isEmpty else { return }
        _ = try setSeries(of: character, RegistryName.validated(imported.series, as: "series"))
        if isPack { try notePacked("series", existingCharacter(named: character.name).series, of: character.id) }
    }

    /// Notes what a cast pack has written on a character.
    private func notePacked(_ kind: String, _ text: String, of character: Int64) throws(RegistryError) {
        try run(
            "INSERT INTO pack_writings (character, kind, text) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            [.integer(character), .text(kind), .text(text)])
    }
}

extension ImportedBundle {
    /// For the audit log: all of it.
    fileprivate var particulars: [String: any AuditValue] {
        var particulars: [String: any AuditValue] = [
            "characters": characters, "created": created, "duplicates": duplicates, "embedded": embedded,
            "images": images, "left_out": leftOut, "rejections": rejections, "vectors": vectors,
        ]
        if let pack { particulars["pack"] = pack }
        if let signer { particulars["signer"] = signer }
        return particulars
    }
}
