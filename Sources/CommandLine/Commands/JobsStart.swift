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
