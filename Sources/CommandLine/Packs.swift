import API
import Client
import Foundation
import Options

enum PacksList: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho packs list", summary: "list the cast packs that were imported",
        discussion: """
            A cast pack makes characters known by vectors, without pictures. aniwho bundle export --without-pictures writes one, aniwho
            bundle import takes one in.
            """)

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let packs = try arguments.client.call(ListPacks.self).packs
        if console.isJSON { return try console.print(json: packs) }
        guard !packs.isEmpty else {
            return console.print("no cast pack is here; import one with: aniwho bundle import DIR")
        }
        var table = TextTable(
            ("PACK", .right), ("NAME", .left), ("CHARACTERS", .right), ("VECTORS", .right), ("MODEL", .left),
            ("SIGNED BY", .left), ("SINCE", .left))
        for pack in packs {
            table.add(
                String(pack.id), pack.name, String(pack.characters.count), String(pack.vectors),
                pack.modelName + (pack.active ? "" : " (not in use: rests)"), pack.signer ?? "(not checked)",
                pack.addedAt.ISO8601Format())
        }
        console.print(table)
    }
}

enum PacksRemove: AsksDaemon, AsksBeforeChange {
    static let declaration = Declaration(
        name: "aniwho packs remove", summary: "remove all that a cast pack has brought",
        discussion: """
            Its vectors go into the trash, with the characters that have nothing else: no picture, no rejection, no tag and no note. Your
            own pictures stay. To take the removal back: aniwho undo.
            """,
        operands: [Operand("PACK", help: "the pack's number, as aniwho packs list shows it")])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let (client, text) = (arguments.client, arguments.word("PACK"))
        guard let id = Int64(text), id > 0 else {
            throw arguments.misuse("PACK is a cast pack's number, not “\(text)”")
        }
        try console.confirm(arguments) {
            let pack = try client.call(ListPacks.self).packs.first { $0.id == id }
            return
                "Remove \(pack.map { "the cast pack \($0.name) with \(Show.count($0.vectors, "vector"))" } ?? "cast pack \(id)")?"
        }
        let result = try client.call(RemovePack.self, IdentifiedRequest(id: id))
        if console.isJSON { return try console.print(json: result) }
        let stay = result.pack.characters.count - result.removed.count
        console.print(
            "removed the cast pack \(result.pack.name): \(Show.count(result.pack.vectors, "vector")), and \(Show.count(result.removed.count, "character")) that had nothing else"
                + (stay > 0 ? "; \(stay) \(stay == 1 ? "stays" : "stay") with what you gave" : ""))
    }
}

/// The text about cast packs.
enum PackText {
    /// What stands in place of a picture's origin.
    static func origin(_ source: String, pack: String?) -> String {
        pack.map { "cast pack \($0), no picture" } ?? source
    }

    /// Where a character's images are from; nil if all are pictures.
    static func origins(of character: CharacterSummary) -> String? {
        guard character.packImages > 0 else { return nil }
        let rest = character.restingImages
        return "\(Show.count(character.packImages, "vector")) of cast packs without pictures"
            + (rest == 0 ? "" : ", \(rest) of them of a model that is not in use: they count for nothing until it is")
    }

    /// What a change of the model means for cast packs.
    static func resting(_ packs: RestingPacks, _ model: String) -> String {
        var lines = [
            "\(Show.count(packs.vectors, "vector")) of cast packs (\(packs.packs.joined(separator: ", "))) count for nothing with \(model), which cannot embed them without pictures"
        ]
        if !packs.unnamed.isEmpty { lines.append("named no more: \(packs.unnamed.joined(separator: ", "))") }
        if !packs.weaker.isEmpty { lines.append("named by pictures only: \(packs.weaker.joined(separator: ", "))") }
        lines.append("they stay, and count again when their model is used again; or import the packs made for \(model)")
        return lines.joined(separator: "\n")
    }
}
