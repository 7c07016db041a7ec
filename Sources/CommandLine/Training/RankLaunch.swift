import API
import Foundation
import Options
import Platform
import Training

/// Hands a training over to `aniwho-mpi`, on the machines of the hostfile that the environment names.
struct RankLaunch {
    /// `--ranks`, which each command of training has.
    static let option = Option(
        "ranks", "N", help: "train on N machines, with aniwho-mpi and the hostfile in ANIWHO_HOSTFILE (default: 1)")

    private let ranks: Int
    private let arguments: Arguments

    /// How long `mpirun` waits after it was asked to end, before it asks the ranks, and again before it kills them, in seconds. Within the second
    /// of these times they finish their step and write a checkpoint.
    private static let pause = 10

    /// - Returns: nil for a training in this process.
    /// - Throws: ``TrainingError`` if the folder to resume holds no run; `UsageError`.
    init?(_ arguments: Arguments) throws {
        let given = try arguments.integer(Self.option.name, in: 1...4096)
        let begun = try arguments["resume"].map { try TrainingRun.ranks(in: $0) }
        if given != nil, begun != nil {
            throw arguments.misuse(
                "--resume takes the number of ranks from its folder: leave out --\(Self.option.name)")
        }
        ranks = given ?? begun ?? 1
        self.arguments = arguments
        if ranks == 1 { return nil }
    }

    /// Replaces this process by `mpirun`.
    /// - Parameters:
    ///   - command: its words after `aniwho`.
    ///   - words: the words of this process's command line, without the program's name.
    /// - Throws: ``Failure`` if a program or the hostfile is missing.
    func start(_ command: [String], _ words: [String], _ console: Console) throws(Failure) -> Never {
        let environment = ProcessInfo.processInfo.environment
        guard let hosts = environment["ANIWHO_HOSTFILE"], !hosts.isEmpty else {
            throw Failure(
                .badInput,
                "--ranks needs a hostfile: set ANIWHO_HOSTFILE to a file with a line for each machine, such as: worker1 slots=1. docs/mpi.md shows how."
            )
        }
        guard FileManager.default.isReadableFile(atPath: hosts) else {
            throw Failure(.fileNotFound, "cannot read the hostfile \(hosts), which ANIWHO_HOSTFILE names")
        }
        guard let mpirun = InstalledProgram.path("mpirun") else {
            throw Failure(.badInput, "--ranks needs mpirun, which is missing. Install openmpi-bin on every machine.")
        }
        let own = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        let program = own.appending(path: RankCommands.program).path
        guard FileManager.default.isExecutableFile(atPath: program) else {
            throw Failure(
                .badInput,
                "--ranks needs \(program), which is missing: AniWho was built without Open MPI. Install libopenmpi-dev and build it again."
            )
        }
        let options = [
            "-n", String(ranks), "--hostfile", hosts, "--map-by", "node", "--bind-to", "none", "--mca",
            "odls_base_sigkill_timeout", String(Self.pause),
        ]
        do {
            try AttachedProgram.replace(
                by: mpirun, options + [program] + Self.forwarded(command, words, asJSON: !console.isReadByPerson))
        } catch { throw Failure(.internal, "cannot start \(mpirun): \(SystemReason.text(error))") }
    }

    /// The words for `aniwho-mpi`: the command first, without `--ranks`. It cannot see whether its output goes to a terminal.
    static func forwarded(_ command: [String], _ words: [String], asJSON: Bool) -> [String] {
        var rest = words
        for word in command { rest.firstIndex(of: word).map { _ = rest.remove(at: $0) } }
        if let place = rest.firstIndex(of: "--\(option.name)") {
            rest.removeSubrange(place..<min(place + 2, rest.count))
        }
        rest.removeAll { $0.hasPrefix("--\(option.name)=") }
        return command + rest + (asJSON && !rest.contains("--json") ? ["--json"] : [])
    }
}
