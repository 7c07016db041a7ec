import API
import Client
import Foundation
import Options

enum Undo: AsksDaemon, AsksBeforeChange {
    static let declaration = Declaration(
        name: "aniwho undo", summary: "take back the last removal, move, merge or split",
        discussion: """
            Takes back the newest change of those that aniwho trash list shows: the removal of images or of a character, the discarding
            or the naming of pictures of the inbox, a move, a merge or a split. Call it again to take back the change before. Changes that somebody
            else made count, too: on a terminal the command names the change and asks first.
            """)

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let client = arguments.client
        // If another change comes in between, the daemon takes nothing back.
        let newest = try client.call(ListTrash.self, .init(limit: 1)).changes.first
        if let newest {
            try console.confirm(arguments) {
                "Take back change \(newest.id) of \(newest.at.ISO8601Format()), \(TrashText.what(newest))?"
            }
        }
        let restored = try console.waiting("taking back") {
            try client.call(UndoChange.self, .init(change: newest?.id))
        }
        if console.isJSON { return try console.print(json: restored) }
        TrashText.report(restored, console)
    }
}

enum TrashList: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho trash list", summary: "list the changes that can be taken back, newest first",
        options: [Option("limit", "N", help: "list at most N changes (default: 50)")])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let limit = try arguments.integer("limit", in: 1...1_000_000) ?? 50
        let client = arguments.client
        let changes = try client.entries(ListTrash.self, .init(), most: limit)
        if console.isJSON { return try console.print(json: changes) }
        guard !changes.isEmpty else { return console.print("the trash is empty") }
        var table = TextTable(
            ("CHANGE", .right), ("TIME", .left), ("WHO", .left), ("WHAT", .left), ("SIZE", .right), ("UNTIL", .left))
        for change in changes {
            table.add(
                String(change.id), change.at.ISO8601Format(), change.who, TrashText.what(change),
                Show.bytes(change.bytes), change.expiresAt?.ISO8601Format() ?? "for ever")
        }
        console.print(table)
        console.print(
            "\(TrashText.size(try client.call(ListTrash.self, .init(limit: 1)).size))\nto take one back: aniwho trash restore CHANGE; the newest: aniwho undo"
        )
    }
}

enum TrashRestore: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho trash restore", summary: "take changes back by their numbers",
        discussion: """
            All changes are taken back or none, the newest first. What has happened since counts: an image that was moved elsewhere or
            removed stays as it is now. aniwho trash list lists the numbers.
            """,
        operands: [Operand("ID", .many, help: "a change's number")])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let numbers = try arguments.numbers("ID", of: "a change")
        let restored = try console.waiting("taking back") {
            try arguments.client.call(RestoreTrash.self, .init(changes: numbers)).restored
        }
        if console.isJSON { return try console.print(json: restored) }
        for change in restored { TrashText.report(change, console) }
    }
}

enum TrashEmpty: AsksDaemon, AsksBeforeChange {
    static let declaration = Declaration(
        name: "aniwho trash empty", summary: "remove everything in the trash for good",
        discussion: """
            The daemon also does this by itself with each change that has been in the trash for some days: see the setting keep-trash of
            aniwhod. The room on the disk is used again for new pictures; the file does not become smaller.
            """)

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let client = arguments.client
        try console.confirm(arguments) {
            let size = try client.call(ListTrash.self, .init(limit: 1)).size
            return "Remove \(TrashText.size(size)) for good?"
        }
        let removed = try console.waiting("emptying") { try client.call(EmptyTrash.self) }
        if console.isJSON { return try console.print(json: removed) }
        console.print("removed \(TrashText.size(removed)) for good")
    }
}

/// The text about the trash.
enum TrashText {
    /// What a change did.
    static func what(_ change: TrashedChange) -> String {
        let images = Show.count(change.kind == .imageRemove ? change.pictures : change.moved + change.pictures, "image")
        let owner = change.character.map { " of \($0)" } ?? ""
        let (character, into) = (change.character ?? "", change.into ?? "")
        return switch change.kind {
        case .imageRemove: "removed \(images)\(owner)"
        case .imageMove: "gave \(images)\(owner) to \(into)"
        case .characterRemove: "removed \(character) with \(images)"
        case .characterMerge: "merged \(character) into \(into)"
        case .characterSplit: "split \(into) off \(character)"
        case .packRemove: "removed the cast pack \(character) with \(Show.count(change.pictures, "vector"))"
        case .inboxDiscard: "discarded \(Show.count(change.pictures, "picture")) of the inbox"
        case .inboxIgnore: "ignores \(Show.count(change.pictures, "picture")) of the inbox for good"
        case .inboxName: "named \(Show.count(change.pictures, "picture")) of the inbox \(into)"
        }
    }

    static func size(_ size: TrashSize) -> String {
        "\(Show.count(size.changes, "change")) with \(Show.count(size.pictures, "picture")), \(Show.bytes(size.bytes))"
    }

    static func report(_ restored: RestoredChange, _ console: Console) {
        let back = [
            restored.pictures > 0 ? "\(Show.count(restored.pictures, "picture")) came back" : nil,
            restored.moved > 0 ? "\(Show.count(restored.moved, "image")) went back" : nil,
        ].compactMap { $0 }
        console.print(
            "took back change \(restored.change.id), which \(what(restored.change))"
                + (back.isEmpty ? "" : ": " + back.joined(separator: ", ")))
        for warning in restored.warnings { console.warn(warning) }
    }
}
