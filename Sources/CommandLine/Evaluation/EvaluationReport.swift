import FewShot

/// What `aniwho evaluate` says of one head in one setting; its JSON keys are a contract.
struct EvaluationReport: Encodable {
    let head: String
    /// Mean over the tasks, 0…1.
    let accuracy: Double
    /// The bounds of the 95 % interval.
    let interval: [Double]
    let way, shot, query, tasks, classes, images: Int

    init(_ result: Evaluation, _ head: HeadKind, _ setting: EvaluationSetting, tasks: Int, images: Int) {
        self.head = head.rawValue
        accuracy = result.accuracy
        interval = [result.interval.lowerBound, result.interval.upperBound]
        (way, shot, query) = (setting.way, setting.shot, setting.query)
        (self.tasks, classes, self.images) = (tasks, result.classes, images)
    }

    /// For people.
    var text: String {
        """
        \(way)-way \(shot)-shot, \(query) queries, \(tasks) tasks over \(classes) classes and \(images) images, \(head) head
        accuracy \(Show.percent(accuracy, digits: 2)), 95 % interval \(Show.percent(interval[0], digits: 2)) to \(Show.percent(interval[1], digits: 2))
        """
    }

    /// Heads as rows, settings as columns.
    /// - Parameter reports: head by head, each in the order of the settings.
    static func table(_ reports: [EvaluationReport], _ settings: [EvaluationSetting]) -> String {
        var columns: [(String, TextTable.Alignment)] = [("HEAD", .left)]
        columns += settings.map { ($0.title.uppercased(), .right) }
        var table = TextTable(columns)
        for start in stride(from: 0, to: reports.count, by: settings.count) {
            let row = reports[start..<start + settings.count]
            table.add([reports[start].head] + row.map(\.cell))
        }
        var lines = [
            "accuracy in %, 95 % interval; \(reports[0].query) queries, \(reports[0].tasks) tasks, \(reports[0].images) images"
        ]
        for setting in settings {
            guard let wanted = setting.wanted else { continue }
            lines.append(
                "\(setting.title) stands for \(wanted)-way: \(setting.way) classes have \(setting.shot + setting.query) pictures or more"
            )
        }
        return (lines + [table.text]).joined(separator: "\n")
    }

    private var cell: String {
        "\(Show.decimal(accuracy * 100, 1)) (\(Show.decimal(interval[0] * 100, 1))–\(Show.decimal(interval[1] * 100, 1)))"
    }
}

/// What a task of an evaluation looks like: N-way K-shot with Q queries of each class.
struct EvaluationSetting {
    let way, shot, query: Int
    /// The way that was asked for, where the data has fewer classes.
    var wanted: Int?

    var title: String { "\(way)-way \(shot)-shot" }

    /// The paper's four, in its order: 5-way and 20-way with one shot, then with five. Where fewer than twenty classes have enough
    /// pictures, those there are stand for the twenty.
    /// - Parameter sizes: how many pictures each class has.
    static func paper(sizes: [Int], query: Int) -> [EvaluationSetting] {
        [1, 5].flatMap { shot in
            let eligible = sizes.count { $0 >= shot + query }
            // Fewer than five fail the 5-way settings first.
            let most = max(5, min(20, eligible))
            return [
                EvaluationSetting(way: 5, shot: shot, query: query),
                EvaluationSetting(way: most, shot: shot, query: query, wanted: most < 20 ? 20 : nil),
            ]
        }
    }

    /// - Throws: `DataSetError` when the data has too few classes of enough pictures.
    func check(sizes: [Int]) throws(DataSetError) {
        _ = try EpisodeSampler(sizes: sizes, way: way, shot: shot, query: query, seed: 0)
    }
}
