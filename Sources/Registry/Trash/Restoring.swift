public import API

extension Registry {
    public func restoreTrash(_ changes: [Int64]) throws(RegistryError) -> [RestoredChange] {
        try change { (database, indexes) throws(RegistryError) in
            try database.restore(changes, as: "trash.restore", indexes)
        }
    }

    public func undo(expecting expected: Int64?) throws(RegistryError) -> RestoredChange {
        try change { (database, indexes) throws(RegistryError) in
            guard let newest = try newestTrash() else {
                throw RegistryError(.changeNotFound, "there is nothing to undo: the trash is empty")
            }
            guard expected == nil || expected == newest else {
                throw RegistryError(
                    .changeBlocked,
                    "change \(newest) is the newest now, so nothing was taken back; see: aniwho trash list")
            }
            return try database.restore([newest], as: "trash.undo", indexes)[0]
        }
    }
}

extension Connection {
    /// Takes changes back, inside a transaction.
    fileprivate func restore(
        _ ids: [Int64], as action: String, _ indexes: IndexChanges
    ) throws(RegistryError) -> [RestoredChange] {
        var restored: [RestoredChange] = []
        var (touched, removed): (Set<Int64>, Set<Int64>) = ([], [])
        for id in Set(ids).sorted(by: >) {
            let change = try existingTrash(id)
            var restoring = Restoring(change: change, database: self)
            try restoring.run()
            // What could not come back goes for good: the same pictures are there.
            try run("DELETE FROM trash WHERE id = $1", [.integer(id)])
            try record(action, of: change)
            touched.formUnion(restoring.touched)
            removed.formUnion(restoring.removed)
            restored.append(
                RestoredChange(
                    change: change, pictures: restoring.pictures, moved: restoring.moved, warnings: restoring.warnings))
        }
        try show(touched.subtracting(removed), indexes)
        for character in removed.sorted() { try indexes.remove(character: character) }
        return restored
    }

    /// Makes the prototypes of characters again.
    /// - Throws: `embeddingsMissing` when the active model has not embedded one of their pictures.
    private func show(_ characters: Set<Int64>, _ indexes: IndexChanges) throws(RegistryError) {
        let model = try activeModel()
        for id in characters.sorted() {
            guard let name = try first("SELECT name FROM characters WHERE id = $1", [.integer(id)], { $0.text(0) })
            else { continue }
            if let model { try checkIsEmbedded(character: id, by: model) }
            let prototype = try model.flatMap { model throws(RegistryError) in
                try refreshPrototype(of: id, model: model)
            }
            try indexes.set(character: id, name: name, prototype: prototype)
        }
    }

    private func checkIsEmbedded(character: Int64, by model: StoredModel) throws(RegistryError) {
        let missing = try first(
            """
            SELECT (SELECT count(*) FROM images i WHERE i.character = $1 AND i.pack IS NULL
                AND NOT EXISTS (SELECT 1 FROM embeddings e WHERE e.image = i.id AND e.model = $2))
            + (SELECT count(*) FROM rejections r WHERE r.character = $1
                AND NOT EXISTS (SELECT 1 FROM rejection_embeddings e WHERE e.rejection = r.id AND e.model = $2))
            """, [.integer(character), .integer(model.id)]
        ) { $0.int(0) }
        guard missing == 0 else {
            throw RegistryError(
                .embeddingsMissing,
                "\(missing ?? 0) pictures have no embedding of model '\(model.record.name)' yet; try again")
        }
    }
}
