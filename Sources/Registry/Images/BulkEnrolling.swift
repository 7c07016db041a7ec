extension Registry {
    /// Enrolls many new characters, `character 1`, `character 2` …, some thousand in a transaction: fills a registry for a measurement.
    /// - Parameter images: the images of the character with a number, each with an embedding of the active model.
    /// - Throws: `modelNotActive`, the storage errors.
    package func enroll(
        characters: Int, images: @Sendable (_ number: Int) -> [NewImage]
    ) throws(RegistryError) {
        let database = try database()
        guard let model = try database.activeModel() else { throw RegistryError.noActiveModel }
        // A transaction for all would make the write-ahead log as large as the registry.
        for start in stride(from: 1, through: characters, by: 5000) {
            try database.transaction { () throws(RegistryError) in
                for number in start..<min(characters + 1, start + 5000) {
                    _ = try database.enroll(images(number), under: "character \(number)", model: model)
                }
            }
        }
        try change { (_, indexes) throws(RegistryError) in try indexes.reload(.prototypes) }
    }
}
