import API
import Client
import Options

enum HeadsList: Command {
    static let declaration = Declaration(
        name: "aniwho heads list", summary: "list the heads, the ways to answer from the enrolled pictures",
        options: [.json, .socket])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let heads = try arguments.client.call(ListHeads.self).heads
        if arguments.flag("json") { return try console.print(json: heads) }
        var table = TextTable(("NAME", .left), ("ANSWERS WITH THE", .left), ("", .left))
        for head in heads { table.add(head.name, head.summary, head.active ? "in use" : "") }
        console.print(table.text)
    }
}

enum HeadsUse: Command {
    static let declaration = Declaration(
        name: "aniwho heads use",
        summary: "say which answers change with a head, then answer with it, after a restart too",
        discussion: """
            The head is fitted on all that is enrolled, and again after each change, by the first question that follows. It
            ranks the candidates; whether a picture is unknown is decided on the distance to the nearest mean with every head.
            """,
        operands: [Operand("NAME", help: "the head")],
        options: [
            Option("dry-run", help: "say which answers would change, and go on with the head before"), .json, .socket,
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let name = arguments.operand("NAME") ?? ""
        let result = try arguments.client.call(
            UseHead.self, UseRequest(name: name, dryRun: arguments.flag("dry-run")))
        if arguments.flag("json") { return try console.print(json: result) }
        if let answers = result.answers, result.previous != result.head.name {
            AnswerChangesText.print(answers, console)
        }
        guard result.head.active else {
            return console.print("nothing has changed; answer with it: aniwho heads use \(name)")
        }
        let before = result.previous == result.head.name ? "" : " instead of \(result.previous)"
        console.print("\(result.head.name) answers now\(before); ready in \(Show.decimal(result.seconds, 3)) s")
    }
}

enum HeadsCompare: Command {
    static let declaration = Declaration(
        name: "aniwho heads compare", summary: "measure every head on what is enrolled",
        discussion: """
            Each image is asked of heads that were fitted without it. A head other than the one in use is suggested only where the
            95 % interval of its gain lies above zero.
            """,
        options: [.json, .socket])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let comparison = try console.following(
            CompareHeads.self, EmptyRequest(), arguments.client,
            lost: "the daemon ended before the heads were compared")
        if arguments.flag("json") { return try console.print(json: comparison) }
        var table = TextTable(("NAME", .left), ("RIGHT", .left), ("GAIN", .left), ("", .left))
        for head in comparison.heads {
            table.add(
                head.name, head.accuracy.map(Show.share) ?? head.refusal ?? "", head.gain.map(Show.gain) ?? "",
                head.active ? "in use" : head.name == comparison.suggestion ? "suggested" : "")
        }
        console.print(table.text)
        let measured = "\(Show.count(comparison.asked, "image")) of \(Show.count(comparison.characters, "character"))"
        let active = comparison.heads.first(where: \.active)?.name
        console.print(
            active == comparison.suggestion
                ? "\nasked \(measured): no head is better than the one in use by more than chance allows"
                : "\nasked \(measured); to use the better one: aniwho heads use \(comparison.suggestion)")
    }
}
