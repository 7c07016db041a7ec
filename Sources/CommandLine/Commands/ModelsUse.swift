import API
import Client
import Options
import Timing

enum ModelsUse: Command {
    static let declaration = Declaration(
        name: "aniwho models use",
        summary: "embed all images with a model, say which answers change, then answer with it",
        discussion: """
            A job of the daemon does it with the lowest priority; the model before goes on answering until one transaction makes the
            new one answer. Each enrolled image is asked as if it were not enrolled, before and after. A change that was interrupted
            goes on where it was; one that fails leaves everything as it is. Go back with aniwho models rollback.
            """,
        operands: [Operand("NAME", help: "the model")],
        options: [
            Option("dry-run", help: "say which answers would change, and go on with the model before"), .json, .socket,
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let isDry = arguments.flag("dry-run")
        let (client, start) = (arguments.client, ContinuousClock.now)
        let name = arguments.operand("NAME") ?? ""
        let job = try client.call(UseModel.self, UseRequest(name: name, dryRun: isDry))
        let report = try ModelChange(job: job, console: console).follow(client)
        if arguments.flag("json") { return try console.print(json: report) }
        if let answers = report.answers { AnswerChangesText.print(answers, console) }
        if report.swapped {
            console.print(ModelChange.sentence(report, seconds: (ContinuousClock.now - start).seconds))
        } else {
            console.print("nothing has changed; answer with it: aniwho models use \(report.model)")
        }
    }
}
