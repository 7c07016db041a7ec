import API
import Client
import Options

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
