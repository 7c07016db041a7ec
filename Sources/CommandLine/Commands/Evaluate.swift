import API
import Embedding
import FewShot
import Options

enum Evaluate: Command {
    static let declaration = Declaration(
        name: "aniwho evaluate", summary: "measure few-shot accuracy on a folder of class folders",
        discussion: """
            Runs in its own process. Each task draws N characters, K pictures of each to enrol and Q to ask about, never the same
            one twice; the mean head answers. Prints the mean accuracy over the tasks with its 95 % interval.
            """,
        options: [Option("data", "DIR", help: "a folder with one folder a character")] + LocalModel.options + [
            Option("way", "N", help: "characters in a task"),
            Option("shot", "K", help: "pictures that enrol a character"),
            Option("query", "Q", help: "pictures asked about, of each character (default: 10)"),
            Option("tasks", "T", help: "tasks (default: 1000)"),
            Option("seed", "S", help: "which tasks are drawn (default: 1)"), .json, .socket,
        ])

    private struct Report: Encodable {
        let accuracy: Double
        let interval: [Double]
        let way, shot, query, tasks, classes, images: Int
    }

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let data = try arguments.required("data")
        guard let way = try arguments.integer("way", in: 2...10_000),
            let shot = try arguments.integer("shot", in: 1...10_000)
        else { throw arguments.misuse("--way and --shot are needed") }
        let query = try arguments.integer("query", in: 1...10_000) ?? 10
        let tasks = try arguments.integer("tasks", in: 2...1_000_000) ?? 1000
        let seed = try arguments.integer("seed", in: 0...Int.max) ?? 1
        let folders = try ClassFolders(path: data)
        // Data too small is told before the pictures are embedded, which takes a while.
        _ = try EpisodeSampler(sizes: folders.classes.map(\.images.count), way: way, shot: shot, query: query, seed: 0)
        let model = try LocalModel(arguments).model
        let embedder = try Embedder(model: model, threads: try LocalModel.threads(arguments))
        let embeddings = try await folders.embeddings(embedder, console)
        let result = try await Evaluation.run(
            embeddings, way: way, shot: shot, query: query, tasks: tasks, seed: UInt64(seed))
        if arguments.flag("json") {
            return try console.print(
                json: Report(
                    accuracy: result.accuracy, interval: [result.interval.lowerBound, result.interval.upperBound],
                    way: way,
                    shot: shot, query: query, tasks: tasks, classes: result.classes, images: folders.imageCount))
        }
        console.print(
            """
            \(way)-way \(shot)-shot, \(query) queries, \(tasks) tasks over \(result.classes) classes and \(folders.imageCount) images
            accuracy \(Show.percent(result.accuracy, digits: 2)), 95 % interval \(Show.percent(result.interval.lowerBound, digits: 2)) to \(Show.percent(result.interval.upperBound, digits: 2))
            """)
    }
}

extension ClassFolders {
    /// The embeddings of all pictures, class by class.
    func embeddings(_ embedder: Embedder, _ console: Console) async throws -> [[[Float]]] {
        var all: [[Float]] = []
        let progress = ProgressBar("embedding", total: imageCount, console: console)
        try await PictureReader(transform: embedder.model.transform).read(classes.flatMap(\.images), progress) {
            all += embedder.embed($0)
        }
        var rest = all[...]
        return classes.map { group in
            defer { rest = rest.dropFirst(group.images.count) }
            return Array(rest.prefix(group.images.count))
        }
    }
}
