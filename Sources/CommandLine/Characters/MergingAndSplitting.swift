import API
import Client
import Options
import Statistics

enum CharactersMerge: AsksDaemon, AsksBeforeChange {
    static let declaration = Declaration(
        name: "aniwho characters merge", summary: "give all images of a character to another, and remove it",
        discussion: "To separate them again: aniwho undo.",
        operands: [
            Operand("FROM", help: "the character that goes"), Operand("INTO", help: "the character that stays"),
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let (client, into) = (arguments.client, arguments.word("INTO"))
        // Its name, where an alias is given.
        let from = try client.call(ShowCharacter.self, NamedRequest(name: arguments.word("FROM"))).character.name
        try console.confirm(arguments) {
            let images = try client.entries(ListImages.self, .init(name: from))
            return "Give \(Show.count(images.count, "image")) of \(from) to \(into), and remove \(from)?"
        }
        let result = try client.call(MergeCharacter.self, .init(name: from, into: into))
        if console.isJSON { return try console.print(json: result) }
        MoveText.report(result, console)
        console.print("removed \(from)")
    }
}

enum CharactersSplit: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho characters split", summary: "give some of a character's images to a new one, or propose which",
        discussion: """
            With NAME only, the command changes nothing and proposes groups: it finds, by the stored embeddings, groups of images that
            are on average as far from each other as the images of two characters. With NEW and ID… it moves those images to NEW.
            """,
        operands: [
            Operand("NAME", help: "the character"),
            Operand("NEW", .optional, help: "the new character's name (default: propose groups)"),
            Operand("ID", .any, help: "with NEW: the numbers of the images to move, some but not all of its images"),
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let name = arguments.word("NAME")
        let images = try arguments.numbers("ID", of: "an image")
        guard let new = arguments.operand("NEW") else { return try propose(name, arguments, console) }
        guard !images.isEmpty else { throw arguments.misuse("ID is missing: the images that the new character gets") }
        let result = try arguments.client.call(SplitCharacter.self, .init(name: name, into: new, images: images))
        if console.isJSON { return try console.print(json: result) }
        MoveText.report(result, console)
    }

    private static func propose(_ name: String, _ arguments: Arguments, _ console: Console) throws {
        let proposal = try arguments.client.call(ProposeSplit.self, NamedRequest(name: name))
        if console.isJSON { return try console.print(json: proposal) }
        let error = proposal.error
        let rule =
            "two groups are apart beyond \(Show.decimal(proposal.threshold)) on average, where \(Show.percent(error.mean)) (\(Show.decimal(error.low * 100, 1))–\(Show.decimal(error.high * 100, 1))) of the other characters' pairs are mistaken"
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
        console.print(table)
        console.print("\(rule)\nto split: aniwho characters split NAME NEW ID…")
    }
}
