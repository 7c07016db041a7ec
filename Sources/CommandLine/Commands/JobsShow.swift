import API
import Client
import Foundation
import Options

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
