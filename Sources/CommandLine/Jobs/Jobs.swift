import API
import Client
import Foundation
import Options

enum JobsStart: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho jobs start",
        summary: "have the daemon train a model or a classifier, or compare networks, with low priority",
        discussion: """
            The options of the command come after --:
              aniwho jobs start meta-train mine -- --data characters --way 5
              aniwho jobs start compare --from-registry -- --models mobilenetv2=mobilenetv2 --epochs 20
            The daemon chooses the folder of the run. Relative paths start from the current folder; a file of --models and
            --embedder needs a slash or a dot, other words are models that come with AniWho. Jobs run one after the other,
            survive a restart of the daemon, and put what they make into the registry: a model, or for transfer-train a
            classifier. aniwho models list and aniwho classifiers list show it. A comparison makes a report, which aniwho jobs report
            fetches and the page in the browser shows.
            """,
        operands: [
            Operand("KIND", help: "the command: \(JobKind.commands.map(\.rawValue).joined(separator: ", "))"),
            Operand(
                "NAME", .optional,
                help: "the name for what it makes (default: the kind and the job's number); a comparison takes none"),
            Operand("OPTION", .afterDashes, help: "the options of the command"),
        ],
        options: [
            Option("from-registry", help: "train on the enrolled pictures: \(able)")
        ])

    private static let able = JobKind.trainsOnEnrolled.map(\.rawValue).joined(separator: ", ")

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let word = arguments.word("KIND")
        guard let kind = JobKind(rawValue: word), kind.runsCommand else {
            let kinds = JobKind.commands.map(\.rawValue).joined(separator: ", ")
            throw arguments.misuse("KIND is one of \(kinds), not “\(word)”")
        }
        let options = JobArguments.list(
            arguments.list("OPTION"), from: FileManager.default.currentDirectoryPath)
        let job = try arguments.client.call(
            StartJob.self,
            .init(
                kind: kind, name: arguments.operand("NAME"), arguments: options,
                fromRegistry: arguments.flag("from-registry")))
        for warning in job.warnings { console.warn(warning) }
        if console.isJSON { return try console.print(json: job) }
        console.print(JobText.started(job))
    }
}

enum Train: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho train", summary: "have the daemon train a classifier on the enrolled pictures, with low priority",
        discussion: """
            The options of aniwho transfer-train come after --:
              aniwho train ours -- --fine-tune all
            Every character with enough pictures is a class; warnings name the others. The job uses the pictures that are enrolled
            when it starts, and puts the classifier into the registry when it ends: see aniwho classifiers list. To train on other
            pictures, use aniwho jobs start, or aniwho transfer-train, which needs no daemon.
            """,
        operands: [
            Operand("NAME", help: "the name for the classifier"),
            Operand("OPTION", .afterDashes, help: "options of aniwho transfer-train"),
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let options = JobArguments.list(
            arguments.list("OPTION"), from: FileManager.default.currentDirectoryPath)
        let job = try arguments.client.call(
            StartJob.self,
            .init(kind: .transferTrain, name: arguments.word("NAME"), arguments: options, fromRegistry: true))
        for warning in job.warnings { console.warn(warning) }
        if console.isJSON { return try console.print(json: job) }
        console.print(JobText.started(job))
    }
}

enum JobsList: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho jobs list", summary: "list the trainings and the long work of the daemon, oldest first")

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let jobs = try arguments.client.entries(ListJobs.self)
        if console.isJSON { return try console.print(json: jobs) }
        guard !jobs.isEmpty else { return console.print("there are no jobs; start one with: aniwho jobs start KIND") }
        var table = TextTable(
            ("JOB", .right), ("KIND", .left), ("NAME", .left), ("STATE", .left), ("CREATED", .left),
            ("PROGRESS", .left))
        for job in jobs {
            table.add(
                String(job.id), job.kind.rawValue, job.name, job.state.rawValue, job.createdAt.ISO8601Format(),
                job.error ?? job.progress.map(JobText.progress)?.replacing("\n", with: "; ") ?? "")
        }
        console.print(table)
    }
}

enum JobsShow: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho jobs show", summary: "show a job", operands: [.job])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let job = try arguments.client.call(ShowJob.self, arguments.job)
        if console.isJSON { return try console.print(json: job) }
        let warnings = job.warnings.map { "\nwarning   \($0)" }.joined()
        console.print(
            """
            job       \(job.id)
            command   \(([job.kind.rawValue] + job.arguments).joined(separator: " "))\(job.fromRegistry ? ", on the enrolled pictures" : "")
            state     \(job.state.rawValue)\(job.error.map { ": \($0)" } ?? "")
            created   \(job.createdAt.ISO8601Format())
            started   \(job.startedAt?.ISO8601Format() ?? "not yet")
            ended     \(job.endedAt?.ISO8601Format() ?? "not yet")
            progress  \(job.progress.map(JobText.progress) ?? "none yet")
            \(gives(job))
            folder    \(job.folder)\(warnings)
            """)
    }

    /// What a job makes, works with or gave.
    private static func gives(_ job: Job) -> String {
        if job.kind == .compare { return "report    \(JobText.report(of: job.id))" }
        guard job.kind.trains || job.kind.changesModel else {
            let result = job.result.flatMap { try? JSON.encode($0) }
            return "result    \(result.map { String(decoding: $0, as: UTF8.self) } ?? "none")"
        }
        let name =
            job.model.map { "\(job.name), identity \($0)" } ?? job.name
            + (job.kind.changesModel ? "" : ", not made yet")
        return "\(job.kind.makesClassifier ? "classifier" : "model    ") \(name)"
    }
}

enum JobsReport: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho jobs report", summary: "write the report of a comparison to a file",
        discussion: """
            The report is one page of HTML that needs no other file. The daemon makes it again after each run, so that it can be read
            while the comparison goes on.
            """,
        operands: [.job, Operand("FILE", help: "the page to write, such as report.html")])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let file = try OutputFile(arguments.word("FILE"))
        let page = try arguments.client.call(FetchReport.self, arguments.job)
        try file.write(page.bytes)
        if console.isJSON { return try console.print(json: ["report": file.path]) }
        console.print("wrote \(file.path)")
    }
}

enum JobsPrune: AsksDaemon, AsksBeforeChange {
    static let declaration = Declaration(
        name: "aniwho jobs prune", summary: "remove jobs that ended long ago, with their folders",
        discussion: "The models and classifiers that the jobs made stay; the reports of comparisons go.",
        options: [
            Option(
                "older-than", "DAYS", help: "only jobs that ended at least so many days ago, such as 7d (default: 30d)")
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let text = arguments["older-than"] ?? "30d"
        guard let days = Int(text.hasSuffix("d") ? String(text.dropLast()) : text), (0...36_500).contains(days) else {
            throw arguments.misuse("--older-than takes a number of days such as 30d, 0d to 36500d, not “\(text)”")
        }
        try console.confirm(arguments) { "Remove all jobs that ended \(Show.count(days, "day")) ago or earlier?" }
        let pruned = try arguments.client.call(PruneJobs.self, .init(olderThanDays: days))
        if console.isJSON { return try console.print(json: pruned) }
        console.print("removed \(Show.count(pruned.removed, "job")) with \(Show.bytes(Int(pruned.bytes)))")
    }
}

enum JobsCancel: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho jobs cancel", summary: "end a job that waits or runs",
        discussion: "A training that runs stops after its current step, with a checkpoint in the job's folder.",
        operands: [.job])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let job = try arguments.client.call(CancelJob.self, arguments.job)
        if console.isJSON { return try console.print(json: job) }
        console.print("cancelled job \(job.id)")
    }
}
