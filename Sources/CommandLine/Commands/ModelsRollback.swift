import API
import Client
import Options
import Timing

enum ModelsRollback: Command {
    static let declaration = Declaration(
        name: "aniwho models rollback", summary: "go back to the model before, with its head and calibration",
        discussion: """
            The vectors of the model before are kept, so that only images enrolled since have to be embedded; then one transaction
            makes it answer. Once more, and the change is there again.
            """,
        options: [.json, .socket])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let (client, start) = (arguments.client, ContinuousClock.now)
        let job = try client.call(RollBackModel.self)
        let report = try ModelChange(job: job, console: console).follow(client)
        if arguments.flag("json") { return try console.print(json: report) }
        console.print(ModelChange.sentence(report, seconds: (ContinuousClock.now - start).seconds))
    }
}
