import API
import Dispatch
import Foundation
import Options
import Synchronization
import Training

/// A training at the command line: its progress on the console, Ctrl-C, and its last line. Of several ranks, rank 0 has the folder and prints.
struct TrainingSession {
    let collective: any Collective
    /// Whether the learning rate grows with the number of ranks.
    var scalesRate = false

    /// Begins the run that the options describe, or goes on with the one that `--resume` names, and trains to the end.
    func run<T: Trains>(_ command: T.Type, _ arguments: Arguments, _ console: Console) async throws {
        let stop = StopRequest()
        let isFirst = collective.rank == 0
        let progress = reading(console)
        let run: TrainingRun
        if let folder = arguments["resume"] {
            let mayBeGiven = ["resume"]
            if let other = T.declaration.options.first(where: {
                !mayBeGiven.contains($0.name) && arguments[$0.name] != nil
            }) {
                throw arguments.misuse("--resume takes data and settings from its folder: leave out --\(other.name)")
            }
            run = try TrainingRun(
                resuming: isFirst ? try RunFolder(existing: folder) : nil, on: collective, progress: progress)
            guard run.configuration.kind == T.kind else {
                throw Failure(
                    .badInput, "\(folder) holds a run of aniwho \(run.configuration.kind.rawValue); resume it with that"
                )
            }
        } else {
            let folder = try arguments.required("run")
            let configuration = try T.configuration(arguments).divided(
                among: collective.ranks, scalesRate: scalesRate)
            run = try TrainingRun(
                configuration, in: isFirst ? try RunFolder(new: folder) : nil, on: collective, progress: progress)
        }
        let display = TrainingDisplay(console, asJSON: console.isJSON)
        defer { display.end() }
        try await run.train(stop: { stop.isRaised }) { display.show($0) }
    }

    /// Shows how many pictures rank 0 has read.
    private func reading(_ console: Console) -> @Sendable (Int, Int) -> Void {
        guard collective.rank == 0 else { return { _, _ in } }
        return Self.reading(console)
    }

    /// Shows how many pictures have been read.
    static func reading(_ console: Console) -> @Sendable (Int, Int) -> Void {
        let progress = CountedProgress("pictures", console)
        return { progress.update($0, of: $1) }
    }
}

/// Ctrl-C and SIGTERM ask a run to stop after its step; a second Ctrl-C ends the process as usual. SIGUSR1 does the same: `mpirun` passes it
/// to all ranks, while it kills them soon after the other two.
final class StopRequest: Sendable {
    private let raised = Atomic(false)
    /// Kept alive, and never touched after `init`; Dispatch's objects are safe to share.
    private nonisolated(unsafe) let sources: [any DispatchSourceSignal]

    var isRaised: Bool { raised.load(ordering: .relaxed) }

    init() {
        sources = [SIGTERM, SIGINT, SIGUSR1].map { number in
            signal(number, SIG_IGN)
            return DispatchSource.makeSignalSource(signal: number, queue: .global())
        }
        for source in sources {
            source.setEventHandler { [weak self] in
                guard let self else { return }
                if raised.exchange(true, ordering: .relaxed) { exit(ExitCode.interrupted.rawValue) }
            }
            source.resume()
        }
    }
}
