import API
import Client
import Options

enum HeadsList: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho heads list", summary: "list the heads, the ways to answer from the enrolled pictures")

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let heads = try arguments.client.entries(ListHeads.self)
        if console.isJSON { return try console.print(json: heads) }
        var table = TextTable(("NAME", .left), ("ANSWERS WITH THE", .left), ("", .left))
        for head in heads { table.add(head.name, head.summary, head.active ? "in use" : "") }
        console.print(table)
    }
}

enum HeadsUse: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho heads use",
        summary: "say which answers change with a head, then answer with it",
        discussion: """
            The daemon keeps the choice after a restart. It fits the head on all enrolled images, and again after each change, when
            the next picture is classified. The head ranks the candidates; with every head, a picture is unknown by its distance to
            the nearest mean.
            """,
        operands: [Operand("NAME", help: "the head")],
        options: [
            Option("dry-run", help: "say which answers would change, and keep the old head")
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let name = arguments.word("NAME")
        let result = try arguments.client.call(
            UseHead.self, UseRequest(name: name, dryRun: arguments.flag("dry-run")))
        if console.isJSON { return try console.print(json: result) }
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

enum HeadsCompare: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho heads compare", summary: "measure every head on what is enrolled",
        discussion: """
            Each image is classified by heads that were fitted without it. The command suggests another head only if the 95 %
            interval of its gain is above zero.
            """)

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let comparison = try console.following(
            CompareHeads.self, EmptyRequest(), arguments.client)
        if console.isJSON { return try console.print(json: comparison) }
        var table = TextTable(("NAME", .left), ("RIGHT", .left), ("GAIN", .left), ("", .left))
        for head in comparison.heads {
            table.add(
                head.name, head.accuracy.map(Show.estimate) ?? head.refusal ?? "", head.gain.map(Show.gain) ?? "",
                head.active ? "in use" : head.name == comparison.suggestion ? "suggested" : "")
        }
        console.print(table)
        let measured = "\(Show.count(comparison.asked, "image")) of \(Show.count(comparison.characters, "character"))"
        let active = comparison.heads.first(where: \.active)?.name
        console.print(
            active == comparison.suggestion
                ? "\nasked \(measured): no head is better than the one in use by more than chance allows"
                : "\nasked \(measured); to use the better one: aniwho heads use \(comparison.suggestion)")
    }
}
