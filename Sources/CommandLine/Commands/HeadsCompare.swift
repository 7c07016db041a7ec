import API
import Client
import Options

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
                head.name, head.accuracy.map(Show.estimate) ?? head.refusal ?? "", head.gain.map(Show.gain) ?? "",
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
