import API
import Dispatch
import Foundation
import Options
import Synchronization
import Training

/// A training at the command line: its progress on the console, Ctrl-C, and its last line.
enum TrainingSession {
    /// Begins the run that the options describe, or goes on with the one that `--resume` names, and trains to the end.
    /// - Parameter options: the command's own.
    static func run(
        _ arguments: Arguments, _ console: Console, kind: TrainingConfiguration.Kind, options: [Option],
        configuration: () throws -> TrainingConfiguration
    ) async throws {
        let stop = StopRequest()
        let run: TrainingRun
        if let folder = arguments["resume"] {
            let mayBeGiven = ["resume"]
            if let other = options.first(where: { !mayBeGiven.contains($0.name) && arguments[$0.name] != nil }) {
                throw arguments.misuse("--resume takes data and settings from its folder: leave out --\(other.name)")
            }
            run = try TrainingRun(resuming: try RunFolder(existing: folder), progress: reading(console))
            guard run.configuration.kind == kind else {
                throw Failure(
                    .badInput, "\(folder) holds a run of aniwho \(run.configuration.kind.rawValue); resume it with that"
                )
            }
        } else {
            let folder = try arguments.required("run")
            run = try TrainingRun(
                try configuration(), in: try RunFolder(new: folder), progress: reading(console))
        }
        let display = TrainingDisplay(console, asJSON: console.isJSON)
        defer { display.end() }
        try await run.train(stop: { stop.isRaised }) { display.show($0) }
    }

    /// Shows how many pictures have been read.
    static func reading(_ console: Console) -> @Sendable (Int, Int) -> Void {
        let progress = CountedProgress("pictures", console)
        return { progress.update($0, of: $1) }
    }
}

/// Ctrl-C and SIGTERM ask a run to stop after its step; a second Ctrl-C ends the process as usual.
final class StopRequest: Sendable {
    private let raised = Atomic(false)
    /// Kept alive, and never touched after `init`; Dispatch's objects are safe to share.
    private nonisolated(unsafe) let sources: [any DispatchSourceSignal]

    var isRaised: Bool { raised.load(ordering: .relaxed) }

    init() {
        sources = [SIGTERM, SIGINT].map { number in
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
