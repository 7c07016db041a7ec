import Options
import Training

/// A command that trains one network in a folder of its own: in this process, or as one of several ranks.
protocol Trains: Command {
    /// What its runs are.
    static var kind: TrainingConfiguration.Kind { get }

    /// The run that the options describe, in one process.
    /// - Throws: any of the errors that ``Failure`` knows.
    static func configuration(_ arguments: Arguments) throws -> TrainingConfiguration
}

extension Trains {
    static func run(_ arguments: Arguments, _ console: Console) async throws {
        if let launch = try RankLaunch(arguments) {
            try launch.start(declaration.words, Array(Swift.CommandLine.arguments.dropFirst()), console)
        }
        try await TrainingSession(collective: SoloCollective()).run(Self.self, arguments, console)
    }
}
