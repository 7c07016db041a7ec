import API
import Client
import Options

enum CharactersMerge: Command {
    static let declaration = Declaration(
        name: "aniwho characters merge", summary: "give all images of a character to another, and remove it",
        operands: [
            Operand("FROM", help: "the character that goes"), Operand("INTO", help: "the character that stays"),
        ], options: [.json, .socket])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let from = arguments.operand("FROM") ?? ""
        let result = try arguments.client.call(
            MergeCharacter.self, .init(name: from, into: arguments.operand("INTO") ?? ""))
        if arguments.flag("json") { return try console.print(json: result) }
        MoveText.report(result, console)
        console.print("\(from) is gone")
    }
}

enum CharactersSplit: Command {
    static let declaration = Declaration(
        name: "aniwho characters split", summary: "give some of a character's images to a new one, or propose which",
        discussion: """
            Without --into, says which groups the images fall into, if they do, by the embeddings that are stored: groups whose images
            are, on average, as far from each other as those of two characters. Nothing is changed then.
            """,
        operands: [
            Operand("NAME", help: "the character"),
            Operand("ID", .any, help: "with --into: the images' numbers, some and not all of its images"),
        ], options: [Option("into", "NEW", help: "the new character's name"), .json, .socket])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let name = arguments.operand("NAME") ?? ""
        let images = try arguments.imageNumbers
        guard let new = arguments["into"] else {
            guard images.isEmpty else { throw arguments.misuse("--into is missing: the new character's name") }
            return try propose(name, arguments, console)
        }
        guard !images.isEmpty else { throw arguments.misuse("ID is missing: the images that the new character gets") }
        let result = try arguments.client.call(SplitCharacter.self, .init(name: name, into: new, images: images))
        if arguments.flag("json") { return try console.print(json: result) }
        MoveText.report(result, console)
    }

    private static func propose(_ name: String, _ arguments: Arguments, _ console: Console) throws {
        let proposal = try arguments.client.call(ProposeSplit.self, NamedRequest(name: name))
        if arguments.flag("json") { return try console.print(json: proposal) }
        let error = proposal.error
        let rule =
            "two groups are apart beyond \(Show.decimal(proposal.threshold)) on average, where \(Show.percent(error.rate)) (\(Show.decimal(error.low * 100, 1))–\(Show.decimal(error.high * 100, 1))) of the other characters' pairs are mistaken"
        if proposal.left > 0 { console.warn("\(Show.count(proposal.left, "image")) more were not looked at") }
        guard proposal.groups.count > 1 else {
            let count = proposal.groups.first?.count ?? 0
            return console.print("\(name): \(Show.count(count, "image")), which hold together\n\(rule)")
        }
        console.print("\(name): \(proposal.groups.count) groups of images that look unlike each other")
        var table = TextTable(("GROUP", .right), ("IMAGES", .right), ("", .left))
        for (number, group) in proposal.groups.enumerated() {
            table.add(String(number + 1), String(group.count), group.map { String($0) }.joined(separator: " "))
        }
        console.print(table.text)
        console.print("\(rule)\nto split: aniwho characters split NAME --into NEW ID…")
    }
}
