import API
import Client
import Options

enum Similar: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho similar", summary: "list the enrolled images that look most like a picture",
        discussion: "Compares with every enrolled image of every character. A distance near 0 is the same picture.",
        operands: [.image],
        options: [Option("limit", "K", help: "how many to list (default: 5)")] + FaceOptions.all)

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let limit = try arguments.integer("limit", in: 1...FindSimilarImages.maximumLimit)
        let selection = try FaceOptions.selection(arguments, pictures: 1)
        let file = try arguments.picture().part()
        let similar = try arguments.client.call(
            FindSimilarImages.self, .init(limit: limit, selection: selection, files: [file])
        ).results
        let images = similar.first ?? []
        if console.isJSON { return try console.print(json: images) }
        guard !images.isEmpty else { return console.print("nobody is enrolled") }
        var table = TextTable(("DISTANCE", .right), ("IMAGE", .right), ("CHARACTER", .left), ("FROM", .left))
        for similar in images {
            table.add(
                Show.decimal(similar.distance), String(similar.image.id), similar.image.character,
                PackText.origin(similar.image.source, pack: similar.image.pack))
        }
        console.print(table)
    }
}
