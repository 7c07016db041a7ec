import API
import Client
import Foundation
import Geometry
import Options

enum InboxList: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho inbox list", summary: "list the pictures that wait for a name, in groups that look alike",
        discussion: """
            aniwho classify --keep-unknown puts unknown pictures here. The number of a group is that of its oldest picture.
            """)

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let pages = try console.waiting("grouping") { [client = arguments.client] in
            try client.pages(GroupInbox.self, PageRequest())
        }
        let groups = pages.flatMap(\.groups)
        if console.isJSON { return try console.print(json: groups) }
        guard let last = pages.last, !groups.isEmpty else {
            return console.print("the inbox is empty; aniwho classify --keep-unknown IMAGE… puts pictures there")
        }
        var table = TextTable(
            ("GROUP", .right), ("PICTURES", .right), ("NEAREST", .left), ("DISTANCE", .right), ("FROM", .left))
        for group in groups {
            table.add(
                String(group.number), String(group.pictures.count), group.nearest?.character ?? "",
                group.nearest.map { Show.decimal($0.distance) } ?? "", group.pictures.first?.source ?? "")
        }
        console.print(table)
        console.print(
            "\(Inbox.rule(last))\nto look closer: aniwho inbox show GROUP; to enroll: aniwho inbox name GROUP NAME")
    }
}

enum InboxShow: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho inbox show", summary: "show the pictures of a group that waits for a name",
        operands: [.group],
        options: [Option("save", "DIR", help: "also write the pictures there")])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let group = try Inbox.group(arguments)
        if let folder = arguments["save"] { try save(group, to: folder, arguments.client) }
        if console.isJSON { return try console.print(json: group) }
        var table = TextTable(
            ("PICTURE", .right), ("SIZE", .right), ("FACE", .left), ("FORMAT", .left), ("KEPT", .left), ("FROM", .left))
        for picture in group.pictures {
            table.add(
                String(picture.id), "\(picture.width)×\(picture.height)", Show.place(picture.box), picture.format,
                picture.addedAt.ISO8601Format(), picture.source)
        }
        console.print(table)
        if let nearest = group.nearest {
            console.print("nearest: \(nearest.character), \(Show.decimal(nearest.distance)) away")
        }
    }

    private static func save(_ group: InboxGroup, to path: String, _ client: Client) throws {
        let folder = URL(filePath: path, directoryHint: .isDirectory)
        try Failure.storing("make \(path)") {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        }
        for picture in group.pictures {
            let bytes = try client.call(FetchInboxPicture.self, IdentifiedRequest(id: picture.id)).bytes
            let place = folder.appending(path: "\(picture.id).\(picture.format)")
            try OutputFile(place.path).write(bytes)
        }
    }
}

enum InboxName: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho inbox name", summary: "enroll a group of pictures that waits for a name",
        discussion: "All pictures are enrolled, or none; the character is created if need be. They leave the inbox.",
        operands: [
            .group, Operand("NAME", help: "the character"),
            Operand("ID", .any, help: "only these pictures of the group (default: all)"),
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let group = try Inbox.group(arguments)
        let there = group.pictures.map(\.id)
        let chosen = try arguments.numbers("ID", of: "a picture")
        if let other = chosen.first(where: { !there.contains($0) }) {
            throw Failure(.imageNotFound, "picture \(other) is not in the group \(group.number)")
        }
        let result = try arguments.client.call(
            NameInboxPictures.self,
            .init(pictures: chosen.isEmpty ? there : chosen, character: arguments.word("NAME")))
        if console.isJSON { return try console.print(json: result) }
        EnrollmentText.report(result, console)
    }
}

enum InboxDiscard: AsksDaemon, AsksBeforeChange {
    static let declaration = Inbox.declarationOfRemoval(
        "discard", summary: "put pictures of the inbox into the trash", discussion: "To take it back: aniwho undo.")

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let pictures = try Inbox.chosen(arguments)
        try console.confirm(arguments) { "Discard \(Show.count(pictures.count, "picture"))?" }
        let discarded = try arguments.client.call(DiscardInboxPictures.self, .init(pictures: pictures)).discarded
        if console.isJSON { return try console.print(json: discarded) }
        console.print("discarded \(Show.count(discarded.count, "picture"))")
    }
}

enum InboxIgnore: AsksDaemon, AsksBeforeChange {
    static let declaration = Inbox.declarationOfRemoval(
        "ignore", summary: "take pictures out of the inbox for good",
        discussion: """
            Ignored pictures never come back into the inbox, and stay when the trash is emptied. aniwho inbox ignored lists them; to
            fetch them back: aniwho trash restore CHANGE.
            """)

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let pictures = try Inbox.chosen(arguments)
        try console.confirm(arguments) { "Ignore \(Show.count(pictures.count, "picture")) for good?" }
        let ignored = try arguments.client.call(IgnoreInboxPictures.self, .init(pictures: pictures)).ignored
        if console.isJSON { return try console.print(json: ignored) }
        console.print("ignored \(Show.count(ignored.count, "picture")) for good")
    }
}

enum InboxIgnored: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho inbox ignored", summary: "list the pictures that are ignored for good",
        discussion: "To fetch pictures back into the inbox: aniwho trash restore CHANGE.")

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let ignored = try arguments.client.entries(ListIgnoredPictures.self)
        if console.isJSON { return try console.print(json: ignored) }
        guard !ignored.isEmpty else { return console.print("no picture is ignored") }
        var table = TextTable(("CHANGE", .right), ("TIME", .left), ("WHO", .left), ("PICTURES", .left))
        for one in ignored {
            table.add(
                String(one.change), one.at.ISO8601Format(), one.who,
                one.pictures.map { String($0) }.joined(separator: " "))
        }
        console.print(table)
    }
}

extension Operand {
    static let group = Operand("GROUP", help: "the group's number, or that of any picture in it")
}

/// The inbox at the command line.
enum Inbox {
    /// A command that takes pictures out of the inbox.
    static func declarationOfRemoval(_ verb: String, summary: String, discussion: String) -> Declaration {
        Declaration(
            name: "aniwho inbox \(verb)", summary: summary, discussion: discussion,
            operands: [
                Operand("GROUP", .optional, help: "the group's number, or that of any picture in it"),
                Operand("ID", .any, help: "only these pictures of the group (default: all)"),
            ],
            options: [Option("all", help: "everything in the inbox")])
    }

    /// The pictures that such a command names.
    /// - Throws: `UsageError`; `Failure` when there is no such picture.
    static func chosen(_ arguments: Arguments) throws -> [Int64] {
        let isAll = arguments.flag("all")
        guard isAll != (arguments.operand("GROUP") != nil) else {
            throw arguments.misuse(isAll ? "--all takes no GROUP" : "GROUP is missing, or --all")
        }
        if isAll { return try arguments.client.entries(GroupInbox.self).flatMap { $0.pictures.map(\.id) } }
        let group = try group(arguments).pictures.map(\.id)
        let chosen = try arguments.numbers("ID", of: "a picture")
        if let other = chosen.first(where: { !group.contains($0) }) {
            throw Failure(.imageNotFound, "picture \(other) is not in that group")
        }
        return chosen.isEmpty ? group : chosen
    }

    /// The group that the operand `GROUP` names.
    /// - Throws: `UsageError` for what is no number; `Failure` when there is no such picture.
    static func group(_ arguments: Arguments) throws -> InboxGroup {
        let number = try arguments.number("GROUP", of: "a group")
        let groups = try arguments.client.entries(GroupInbox.self)
        guard let group = groups.first(where: { $0.pictures.contains { $0.id == number } }) else {
            throw Failure(.imageNotFound, "there is no picture \(number) in the inbox; see aniwho inbox list")
        }
        return group
    }

    /// The rule that makes groups, in a sentence.
    /// - Parameter inbox: any page of it.
    static func rule(_ inbox: GroupInbox.Response) -> String {
        let distance =
            "pictures within a distance of \(Show.decimal(inbox.threshold)) of each other on average are one group"
        return switch inbox.thresholdFrom {
        case .registry: "\(distance), by pairs of enrolled pictures"
        case .model: "\(distance): the model's radius, since too few pictures are enrolled"
        case .none: "only copies are one group: too few pictures are enrolled, and the model has no radius"
        }
    }
}

extension InboxGroup {
    /// Its number at the command line: its oldest picture's.
    var number: Int64 { pictures.map(\.id).min() ?? 0 }
}
