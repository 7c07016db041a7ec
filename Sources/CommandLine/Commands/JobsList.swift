import API
import Client
import Foundation
import Options

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
