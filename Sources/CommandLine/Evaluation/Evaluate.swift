import API
import Embedding
import FewShot
import Options
import Statistics

enum Evaluate: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho evaluate", summary: "measure few-shot accuracy on a folder of class folders",
        discussion: """
            Runs in its own process; it asks the daemon only for a model that is named by --model. Each task draws N characters, and of
            each K pictures to enroll and Q others to classify. A head answers: \(HeadKind.allCases.map(\.rawValue).joined(separator: ", ")).
            Prints the mean accuracy over the tasks with its 95 % interval. Without --way and --shot it runs the paper's four
            settings: 5-way and 20-way, 1-shot and 5-shot; with --all-heads it runs every head in them, on the same tasks. If fewer
            than 20 characters have enough pictures, all of them take the place of the 20. With --decisions it prints instead how often
            registries of 6 to 500 characters with 1 to 10 pictures each name pictures rightly, and strangers' pictures at all. With
            --appearances it prints how often they do with one mean for each character, and with a mean for each of its appearances:
            \(AppearanceTable.characters) characters are enrolled with pictures of both lists, which name them alike, or of --data only.
            """,
        options: [
            Option("data", "LIST", help: "folders with one folder a character, or class lists, separated by commas")
        ] + LocalModel.options + [
            Option("way", "N", help: "characters in a task (default: 5 and 20)"),
            Option("shot", "K", help: "pictures that enroll a character (default: 1 and 5)"),
            Option("query", "Q", help: "pictures asked about, of each character (default: 10)"),
            Option("tasks", "T", help: "tasks (default: 1000)"),
            Option("seed", "S", help: "which tasks are drawn (default: 1)"),
            Option("head", "NAME", help: "what answers (default: mean)"),
            Option("all-heads", help: "every head in the paper's four settings, instead of --way, --shot and --head"),
            Option(
                "decisions", help: "how often pictures are named rightly and strangers are named, instead of accuracy"),
            Option(
                "appearances", "LIST",
                help:
                    "other pictures of the same characters, as --data: compare one mean with a mean for each appearance"
            ),
            Option(
                "false-accepts", "F",
                help: "with --decisions and --appearances: the share of strangers that may be named (default: 0.1)"),
            Option(
                "one-mean", help: "with --decisions: one mean for each character, even if its pictures fall into groups"
            ),
            Option(
                "calibrate",
                help: "with --decisions: calibrate each registry on its own pictures first, as the daemon does"),
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let data = try arguments.required("data")
        let head =
            try arguments.choice("head", of: HeadKind.allCases.map(\.rawValue)).flatMap(HeadKind.init(rawValue:))
        let query = try arguments.integer("query", in: 1...10_000) ?? 10
        let tasks = try arguments.integer("tasks", in: 2...1_000_000) ?? 1000
        let seed = UInt64(try arguments.integer("seed", in: 0...Int.max) ?? 1)
        let way = try arguments.integer("way", in: 2...10_000)
        let shot = try arguments.integer("shot", in: 1...10_000)
        let all = arguments.flag("all-heads")
        if all, let given = ["way", "shot", "head"].first(where: { arguments[$0] != nil }) {
            throw arguments.misuse("--all-heads runs every head in the paper's four settings: leave out --\(given)")
        }
        if (way == nil) != (shot == nil) {
            throw arguments.misuse("--way and --shot go together; without both the paper's four settings are run")
        }
        if let other = arguments["appearances"] {
            return try await appearances(arguments, data, other, draws: tasks, seed: seed, console)
        }
        if arguments.flag("decisions") {
            return try await decisions(arguments, data, tasks: tasks, seed: seed, console)
        }
        if let given = ["false-accepts", "calibrate", "one-mean"].first(where: { arguments.flag($0) }) {
            throw arguments.misuse("--\(given) goes with --decisions")
        }
        let folders = try ClassFolders(paths: RunOptions.list(data))
        let sizes = folders.classes.map(\.images.count)
        let settings =
            if let way, let shot {
                [EvaluationSetting(way: way, shot: shot, query: query)]
            } else {
                EvaluationSetting.paper(sizes: sizes, query: query)
            }
        // Before the pictures are embedded, which takes a while.
        for setting in settings { try setting.check(sizes: sizes) }
        let model = try LocalModel(arguments).model
        let embedder = try Embedder(model: model, threads: try LocalModel.threads(arguments))
        let embeddings = try await folders.embeddings(embedder, console)

        let heads = all ? HeadKind.allCases : [head ?? .mean]
        let progress = ProgressBar("evaluating", total: heads.count * settings.count, console: console)
        var reports: [EvaluationReport] = []
        for head in heads {
            for setting in settings {
                let result = try await Evaluation.run(
                    embeddings, head: head, model: model.decision?.covariance, way: setting.way, shot: setting.shot,
                    query: query, tasks: tasks, seed: seed)
                reports.append(EvaluationReport(result, head, setting, tasks: tasks, images: folders.imageCount))
                progress.update(reports.count)
            }
        }
        let isOne = reports.count == 1
        if console.isJSON {
            if isOne { try console.print(json: reports[0]) } else { try console.print(json: reports) }
        } else {
            console.print(isOne ? reports[0].text : EvaluationReport.table(reports, settings))
        }
    }
}

extension Evaluate {
    private static func decisions(
        _ arguments: Arguments, _ data: String, tasks: Int, seed: UInt64, _ console: Console
    ) async throws {
        if let given = ["way", "shot", "head", "query"].first(where: { arguments[$0] != nil }) {
            throw arguments.misuse("--decisions draws registries of several sizes: leave out --\(given)")
        }
        let allowed =
            try arguments.number("false-accepts", in: RunCalibration.rates) ?? DecisionRule.defaultFalseAccepts
        let folders = try ClassFolders(paths: RunOptions.list(data))
        let model = try LocalModel(arguments).model
        let embedder = try Embedder(model: model, threads: try LocalModel.threads(arguments))
        let embeddings = try await folders.embeddings(embedder, console)
        try DecisionTable(
            embeddings, model, falseAccepts: allowed, hasOneMean: arguments.flag("one-mean"),
            calibrates: arguments.flag("calibrate"), draws: tasks, seed: seed, console
        ).print(console)
    }

    private static func appearances(
        _ arguments: Arguments, _ data: String, _ other: String, draws: Int, seed: UInt64, _ console: Console
    ) async throws {
        if let given = ["way", "shot", "head", "query", "decisions", "calibrate", "one-mean"].first(where: {
            arguments[$0] != nil || arguments.flag($0)
        }) {
            throw arguments.misuse("--appearances has a table of its own: leave out --\(given)")
        }
        let allowed =
            try arguments.number("false-accepts", in: RunCalibration.rates) ?? DecisionRule.defaultFalseAccepts
        let (first, second) = (
            try ClassFolders(paths: RunOptions.list(data)), try ClassFolders(paths: RunOptions.list(other))
        )
        let model = try LocalModel(arguments).model
        let rule = try model.ownRule
        let embedder = try Embedder(model: model, threads: try LocalModel.threads(arguments))
        let embeddings = (try await first.embeddings(embedder, console), try await second.embeddings(embedder, console))
        let places = Dictionary(
            second.classes.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: { first, _ in first })
        try AppearanceTable(
            zip(first.classes, embeddings.0).map { group, pictures in
                (pictures, places[group.name].map { embeddings.1[$0] } ?? [])
            }, rule: rule, falseAccepts: allowed, draws: draws, seed: seed, console
        ).print(console)
    }
}

extension ClassFolders {
    /// The embeddings of all pictures, class by class.
    func embeddings(_ embedder: Embedder, _ console: Console) async throws -> [[[Float]]] {
        var all: [[Float]] = []
        let progress = ProgressBar("embedding", total: imageCount, console: console)
        try await PictureReader(transform: embedder.model.transform).read(
            classes.flatMap(\.images).map(PictureInput.init(file:)), progress
        ) {
            all += embedder.embed($0)
        }
        var rest = all[...]
        return classes.map { group in
            defer { rest = rest.dropFirst(group.images.count) }
            return Array(rest.prefix(group.images.count))
        }
    }
}
