import API
import Client
import Foundation
import Options

enum JobsStart: Command {
    static let declaration = Declaration(
        name: "aniwho jobs start", summary: "have the daemon train a model or a classifier, with low priority",
        discussion: """
            The command's own options come after --, as in: aniwho jobs start meta-train --name mine -- --data characters --way 5
            The daemon chooses the folder of the run. Paths are taken from here. Jobs run one after the other, survive a restart
            of the daemon, and put what they make into the registry: see aniwho models list, for transfer-train aniwho
            classifiers list.
            """,
        operands: [
            Operand("KIND", help: "the command: \(JobKind.trainings.map(\.rawValue).joined(separator: ", "))"),
            Operand("OPTION", .any, help: "the command's options, after --"),
        ],
        options: [
            Option("name", "N", help: "what to call what it makes (default: the kind and the job's number)"), .json,
            .socket,
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let word = arguments.operand("KIND") ?? ""
        guard let kind = JobKind(rawValue: word), !kind.changesModel else {
            let kinds = JobKind.trainings.map(\.rawValue).joined(separator: ", ")
            throw arguments.misuse("KIND is one of \(kinds), not “\(word)”")
        }
        let options = JobArguments.list(
            arguments.list("OPTION"), from: FileManager.default.currentDirectoryPath)
        let job = try arguments.client.call(
            StartJob.self, .init(kind: kind, name: arguments["name"], arguments: options))
        if arguments.flag("json") { return try console.print(json: job) }
        console.print(JobText.started(job))
    }
}

enum Train: Command {
    static let declaration = Declaration(
        name: "aniwho train", summary: "have the daemon train a classifier on the enrolled pictures, with low priority",
        discussion: """
            The options of aniwho transfer-train come after --, as in: aniwho train --from-registry --name ours -- --fine-tune all
            Every character with pictures enough is a class; who is left out is told. The pictures are those that are enrolled when
            the job starts, and the classifier is in the registry when it ends: see aniwho classifiers list. For other pictures there
            are aniwho jobs start, and aniwho transfer-train, which needs no daemon.
            """,
        operands: [Operand("OPTION", .any, help: "options of aniwho transfer-train, after --")],
        options: [
            Option("from-registry", help: "train on the pictures in the registry"),
            Option("name", "N", help: "what to call the classifier (default: transfer-train and the job's number)"),
            .json,
            .socket,
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        guard arguments.flag("from-registry") else {
            throw arguments.misuse(
                "give --from-registry, to train on the enrolled pictures; for others see aniwho transfer-train")
        }
        let options = JobArguments.list(
            arguments.list("OPTION"), from: FileManager.default.currentDirectoryPath)
        let job = try arguments.client.call(
            StartJob.self,
            .init(kind: .transferTrain, name: arguments["name"], arguments: options, fromRegistry: true))
        for warning in job.warnings { console.warn(warning) }
        if arguments.flag("json") { return try console.print(json: job) }
        console.print(JobText.started(job))
    }
}

enum JobsList: Command {
    static let declaration = Declaration(
        name: "aniwho jobs list", summary: "list the trainings and changes of the model, oldest first",
        options: [.json, .socket])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let jobs = try arguments.client.call(ListJobs.self).jobs
        if arguments.flag("json") { return try console.print(json: jobs) }
        var table = TextTable(
            ("JOB", .right), ("KIND", .left), ("NAME", .left), ("STATE", .left), ("CREATED", .left),
            ("PROGRESS", .left))
        for job in jobs {
            table.add(
                String(job.id), job.kind.rawValue, job.name, job.state.rawValue, job.createdAt.ISO8601Format(),
                job.error ?? job.progress.map(JobText.progress)?.replacing("\n", with: "; ") ?? "")
        }
        console.print(table.text)
    }
}

enum JobsShow: Command {
    static let declaration = Declaration(
        name: "aniwho jobs show", summary: "show a job", operands: [.job], options: [.json, .socket])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let job = try arguments.client.call(ShowJob.self, arguments.job)
        if arguments.flag("json") { return try console.print(json: job) }
        let made =
            job.model.map { "\(job.name), identity \($0)" } ?? job.name
            + (job.kind.changesModel ? "" : ", not made yet")
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
            \(job.kind.makesClassifier ? "classifier" : "model    ") \(made)
            folder    \(job.folder)\(warnings)
            """)
    }
}

enum JobsCancel: Command {
    static let declaration = Declaration(
        name: "aniwho jobs cancel", summary: "end a job that waits or runs",
        discussion: "A training that runs stops after its step, with a checkpoint in the job's folder.",
        operands: [.job], options: [.json, .socket])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let job = try arguments.client.call(CancelJob.self, arguments.job)
        if arguments.flag("json") { return try console.print(json: job) }
        console.print("cancelled job \(job.id)")
    }
}
