public import API
import Foundation
import Options
public import Training

/// The program `aniwho-mpi`: the commands of training, on several ranks.
public enum RankCommands {
    /// The program's name, in place of `aniwho` in the commands' own.
    static let program = "aniwho-mpi"

    static let commands: [any (Trains & SendableMetatype).Type] = [
        MetaTrain.self, Pretrain.self, TransferTrain.self, TrainDetector.self,
    ]

    static let scaling = Option(
        "scale-learning-rate", help: "multiply the learning rate by the number of ranks (Goyal et al. 2017)")

    /// Runs one command, as one of the ranks. Rank 0 prints results, and errors for all.
    /// - Parameter arguments: without the program's name; the same on all ranks.
    public static func run(_ arguments: [String], on collective: any Collective) async -> ExitCode {
        OutputStream.prepare()
        var console = Console(json: arguments.contains("--json"))
        do {
            try await run(arguments, collective, &console)
            // A rank that is done early waits here, and hears if another one fails after that.
            _ = try collective.sum([])
            try OutputStream.standard.finish()
            return .ok
        } catch let outcome as Outcome {
            return outcome.exitCode
        } catch {
            let failure = Failure(error)
            collective.fail(error as? TrainingError ?? TrainingError(.badInput, failure.message))
            if collective.rank == 0 { console.complain(failure) }
            return failure.exitCode
        }
    }

    private static func run(
        _ arguments: [String], _ collective: any Collective, _ console: inout Console
    ) async throws {
        let words = arguments.prefix { !$0.hasPrefix("-") }
        guard let command = commands.first(where: { words.starts(with: $0.declaration.words) }) else {
            return try answerWithoutCommand(arguments, collective, console)
        }
        let declaration = command.interface.with(program: program, option: scaling)
        let parsed = try Arguments(arguments.dropFirst(command.declaration.words.count), by: declaration)
        if parsed.wantsHelp {
            if collective.rank == 0 { console.print(declaration.help, terminator: "") }
            return
        }
        console = Console(parsed)
        if parsed[RankLaunch.option.name] != nil {
            throw parsed.misuse("mpirun -n says how many ranks there are: leave out --\(RankLaunch.option.name)")
        }
        let scalesRate = parsed.flag(scaling.name)
        if scalesRate, parsed["resume"] != nil {
            throw parsed.misuse("--resume takes the learning rate from its folder: leave out --\(scaling.name)")
        }
        try checkAlike(arguments, collective)
        if collective.rank == 0 { warnOfBinding(console) }
        try await TrainingSession(collective: collective, scalesRate: scalesRate).run(command, parsed, console)
    }

    /// `--help` and `--version`.
    /// - Throws: ``Failure`` with `usage` for anything else.
    private static func answerWithoutCommand(
        _ arguments: [String], _ collective: any Collective, _ console: Console
    ) throws(Failure) {
        switch arguments.first {
        case "--help", "-h":
            if collective.rank == 0 { console.print(help, terminator: "") }
        case "--version":
            if collective.rank == 0 { console.print("\(program) \(Version.current)") }
        case let word?:
            let names = commands.map { $0.declaration.words.joined(separator: " ") }
            let near = Spelling.nearest(to: word, among: names).map { "; did you mean \($0)?" } ?? ""
            throw Failure(.usage, "there is no command \(word)\(near)", advice: "see \(program) --help")
        case nil: throw Failure(.usage, "COMMAND is missing", advice: "see \(program) --help")
        }
    }

    static var help: String {
        """
        \(program) trains one network on several machines, with Open MPI. Each rank takes its own episodes or batches, and all of them
        together take a step. Rank 0 has the run's folder.

        Usage: mpirun -n RANKS --hostfile FILE --map-by ppr:1:node --bind-to none \(program) COMMAND …

        \(Declaration.table("Commands", commands.map { ($0.declaration.words.joined(separator: " "), $0.declaration.summary) }))
        They take the options of the same command of aniwho, and --\(scaling.name). docs/mpi.md leads from one machine to two.

        """
    }

    /// What must be alike on the ranks before they read any data.
    private struct Call: Codable, Equatable {
        let host: String
        let version: String
        let arguments: [String]
    }

    /// - Throws: ``Failure`` that names the first rank with another version or other arguments.
    private static func checkAlike(_ arguments: [String], _ collective: any Collective) throws {
        let own = Call(host: ProcessInfo.processInfo.hostName, version: Version.current, arguments: arguments)
        let calls = try collective.gather(values: own)
        for (rank, call) in calls.enumerated() {
            if call.version != calls[0].version {
                throw Failure(
                    .badInput,
                    "rank \(rank) on \(call.host) is \(program) \(call.version), and rank 0 is \(calls[0].version). Install the same version on every machine."
                )
            }
            if call.arguments != calls[0].arguments {
                throw Failure(
                    .badInput,
                    "rank \(rank) on \(call.host) has other arguments than rank 0. Start all ranks with one command of mpirun."
                )
            }
        }
    }

    /// How many cores a process may use, from its `/proc/PID/status`: proc(5) writes them as bits of hexadecimal numbers.
    static func cores(in status: String) -> Int? {
        let line = status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed:") }
        return line?.dropFirst("Cpus_allowed:".count).compactMap(\.hexDigitValue).reduce(0) { $0 + $1.nonzeroBitCount }
    }

    /// `mpirun` binds a rank to one core or to a few unless it is told not to, and the rank's threads share them.
    private static func warnOfBinding(_ console: Console) {
        let all = ProcessInfo.processInfo.activeProcessorCount
        guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
            let usable = cores(in: status), usable < all
        else { return }
        console.warn(
            "this rank may use \(usable) of \(all) cores. With one rank on each machine, give mpirun --bind-to none.")
    }
}

extension Declaration {
    /// The same command of another program, with one more option.
    fileprivate func with(program: String, option: Option) -> Declaration {
        Declaration(
            name: ([program] + words).joined(separator: " "), summary: summary, discussion: discussion,
            operands: operands, options: options + [option]
        ).with(common: common, replaced: replaced)
    }
}
