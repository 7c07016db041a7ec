import API
import Client
import Foundation
import Options

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
