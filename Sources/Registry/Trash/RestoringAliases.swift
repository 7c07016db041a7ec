import API

/// Aliases that come back.
extension Restoring {
    /// Takes the aliases of a merged character back, before that character comes back with them.
    mutating func takeBackAliases(from target: CharacterSummary) throws(RegistryError) {
        let aliases = try database.first("SELECT aliases FROM trash WHERE id = $1", [.integer(change.id)]) {
            [String](jsonLiteral: $0.text(0)) ?? []
        }
        if try !database.removeAliases(aliases ?? [], from: target).isEmpty { touched.insert(target.id) }
    }

    /// Drops the aliases of a character that came back that are another one's names or aliases now.
    mutating func reviveAliases(of id: Int64) throws(RegistryError) {
        let summary = try database.first(
            CharacterSummary.query + " WHERE c.id = $1", [.integer(id)], CharacterSummary.init(row:))
        guard let summary else { return }
        for alias in summary.aliases {
            guard let other = try database.namesLooking(like: alias).first(where: { $0.character.id != id }) else {
                continue
            }
            _ = try database.removeAliases([alias], from: summary)
            warnings.append("the alias \(alias) of \(summary.name) is gone: it looks like \(other.quoted) now")
        }
    }
}
