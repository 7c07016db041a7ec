import API
import Client
import Foundation
import Geometry
import Options

enum CharactersList: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho characters list", summary: "list the characters",
        options: [
            Option("tag", "TAG", help: "only those with this tag (default: all)"),
            Option("series", "SERIES", help: "only those of this series (default: all)"),
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let characters = try arguments.client.characters(tag: arguments["tag"], series: arguments["series"])
        if console.isJSON { return try console.print(json: characters) }
        guard !characters.isEmpty else {
            return console.print(
                arguments.castSought ?? "no character is enrolled yet; try: aniwho enroll NAME IMAGE…")
        }
        let columns: [(String, TextTable.Alignment)] = [("NAME", .left), ("IMAGES", .right), ("UPDATED", .left)]
        // Columns that would be empty are left out.
        let texts: [(String, (CharacterSummary) -> String)] = [
            ("SERIES", \.series), ("ALIASES", { $0.aliases.joined(separator: ", ") }),
            ("TAGS", { $0.tags.joined(separator: ", ") }),
            ("CAST PACKS", { $0.packImages == 0 ? "" : mark($0) }),
        ].filter { _, text in characters.contains { !text($0).isEmpty } }
        var table = TextTable(columns + texts.map { ($0.0, .left) })
        for character in characters {
            let cells = [character.name, String(character.images), character.updatedAt.ISO8601Format()]
            table.add(cells + texts.map { $0.1(character) })
        }
        console.print(table)
    }
}

extension CharactersList {
    /// How many images are vectors of cast packs.
    private static func mark(_ character: CharacterSummary) -> String {
        character.restingImages == 0
            ? String(character.packImages) : "\(character.packImages), \(character.restingImages) at rest"
    }
}

enum CharactersShow: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho characters show", summary: "show a character, its prototype and its images",
        operands: [Operand("NAME", help: "the character")])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let detail = try arguments.client.call(
            ShowCharacter.self, arguments.named)
        if console.isJSON { return try console.print(json: detail) }
        let prototype = detail.prototype.map {
            "mean of \(Show.count($0.count, "image")), spread \(Show.decimal($0.spread))"
        }
        console.print(
            """
            name       \(detail.character.name)
            created    \(detail.character.createdAt.ISO8601Format())
            prototype  \(prototype ?? "none: no image is enrolled")
            """)
        if let origins = PackText.origins(of: detail.character) { console.print("packs      \(origins)") }
        if let looks = detail.prototype?.looks { console.print("looks      \(looks)") }
        if !detail.character.aliases.isEmpty {
            console.print("aliases    \(detail.character.aliases.joined(separator: ", "))")
        }
        if !detail.character.series.isEmpty { console.print("series     \(detail.character.series)") }
        if !detail.character.tags.isEmpty {
            console.print("tags       \(detail.character.tags.joined(separator: ", "))")
        }
        if !detail.character.note.isEmpty {
            console.print("note       \(detail.character.note.replacing("\n", with: "\n           "))")
        }
        console.print("")
        var table = TextTable(
            ("IMAGE", .right), ("SIZE", .right), ("FACE", .left), ("FORMAT", .left), ("ADDED", .left), ("FROM", .left))
        for image in detail.images {
            table.add(
                String(image.id), image.pack == nil ? "\(image.width)×\(image.height)" : "", Show.place(image.box),
                image.format, image.addedAt.ISO8601Format(), PackText.origin(image.source, pack: image.pack))
        }
        console.print(table)
    }
}

extension PrototypeSummary {
    /// The groups that the images fall into; nil if they look alike.
    var looks: String? {
        guard appearances.count > 1 else { return nil }
        return
            "\(Show.count(appearances.count, "appearance")), with \(appearances.map(String.init).joined(separator: ", ")) images"
    }
}

enum CharactersRename: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho characters rename", summary: "give a character another name",
        operands: [Operand("OLD", help: "its name"), Operand("NEW", help: "the name to give it")])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let old = arguments.word("OLD")
        let request = RenameCharacter.Request(name: old, newName: arguments.word("NEW"))
        let character = try arguments.client.call(RenameCharacter.self, request)
        if console.isJSON { return try console.print(json: character) }
        console.print("\(old) is now \(character.name)")
    }
}

enum CharactersRemove: AsksDaemon, AsksBeforeChange {
    static let declaration = Declaration(
        name: "aniwho characters remove", summary: "remove a character with its images",
        discussion: "Both go into the trash for some time. To take the removal back: aniwho undo.",
        operands: [Operand("NAME", help: "the character")])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let (client, character) = (arguments.client, arguments.named)
        try console.confirm(arguments) {
            let images = try client.entries(ListImages.self, .init(name: character.name))
            return "Remove \(character.name) with \(Show.count(images.count, "image"))?"
        }
        let removed = try client.call(RemoveCharacter.self, character)
        if console.isJSON { return try console.print(json: removed) }
        console.print("removed \(removed.name) and \(Show.count(removed.images, "image"))")
    }
}

enum CharactersNote: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho characters note", summary: "write a note on a character, or read it",
        operands: [
            Operand("NAME", help: "the character"),
            Operand("TEXT", .optional, help: "the new note; '' removes it (default: print the note)"),
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let name = arguments.word("NAME")
        let client = arguments.client
        let character =
            if let note = arguments.operand("TEXT") {
                try client.call(NoteCharacter.self, .init(name: name, note: note))
            } else { try client.call(ShowCharacter.self, NamedRequest(name: name)).character }
        if console.isJSON { return try console.print(json: character) }
        console.print(character.note.isEmpty ? "\(character.name) has no note" : character.note)
    }
}

enum CharactersSeries: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho characters series", summary: "say which series a character is from, or read it",
        operands: [
            Operand("NAME", help: "the character"),
            Operand("SERIES", .optional, help: "the series; '' removes it (default: print it)"),
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let name = arguments.word("NAME")
        let client = arguments.client
        let character =
            if let series = arguments.operand("SERIES") {
                try client.call(SetSeries.self, .init(name: name, series: series))
            } else { try client.call(ShowCharacter.self, NamedRequest(name: name)).character }
        if console.isJSON { return try console.print(json: character) }
        console.print(character.series.isEmpty ? "\(character.name) has no series" : character.series)
    }
}

/// The series of characters that were just enrolled.
enum SeriesText {
    /// - Throws: ``Failure``, which says that the pictures are enrolled all the same.
    @discardableResult
    static func set(_ series: String, of name: String, _ client: Client) throws(Failure) -> CharacterSummary {
        do throws(ClientError) { return try client.call(SetSeries.self, .init(name: name, series: series)) } catch {
            throw Failure(
                error.code, "the pictures of \(name) are enrolled, but its series was not set: \(error.message)")
        }
    }
}

enum Rebuild: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho rebuild", summary: "compute prototypes again from the stored embeddings",
        options: [
            Option("character", "NAME", help: "only this character's prototype (default: all)")
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let request = RebuildPrototypes.Request(character: arguments["character"])
        let result = try console.waiting("rebuilding") { try arguments.client.call(RebuildPrototypes.self, request) }
        if console.isJSON { return try console.print(json: result) }
        console.print(
            "rebuilt \(Show.count(result.characters, "prototype")) from \(Show.count(result.images, "image")) in \(Show.decimal(result.seconds, 3)) s"
        )
    }
}

extension Arguments {
    /// Says that nobody has the tag or the series that `--tag` and `--series` ask for; nil if they do not.
    var castSought: String? {
        let sought = [self["tag"].map { "has the tag \($0)" }, self["series"].map { "is of the series \($0)" }]
            .compactMap(\.self)
        return sought.isEmpty ? nil : "no character " + sought.joined(separator: " and ")
    }
}

extension Client {
    /// All characters, page by page.
    /// - Parameters:
    ///   - tag: only those that have it.
    ///   - series: only those of it.
    func characters(tag: String? = nil, series: String? = nil) throws(ClientError) -> [CharacterSummary] {
        try entries(ListCharacters.self, .init(tag: tag, series: series))
    }

    /// A character's images; nil when there is no such character.
    func images(of name: String) throws(ClientError) -> [EnrolledImage]? {
        do throws(ClientError) {
            return try entries(ListImages.self, .init(name: name))
        } catch {
            guard error.code == .characterNotFound else { throw error }
            return nil
        }
    }
}
