import API
import Foundation
import Registry

/// A change of the active model as a job. The daemon does this work itself, without a child process.
extension JobRunner {
    /// - Returns: the model's identity.
    func changeModel(_ job: JobRecord, _ kind: JobKind, resumes: Bool) async throws -> String {
        try tellLaunch(of: job.id, resumed: resumes)
        let reporter = ModelChangeReporter(runner: self, job: job.id)
        return try await changes.perform(
            kind, model: job.name,
            ModelChangeWork.Steps(
                report: { await reporter.report($0) },
                check: { if await self.isUnwanted(job.id) { throw JobFailure.stopped } },
                commit: { try await self.commit(job.id) }))
    }
}

/// Writes the events of a model change to the job's file of events and, at most once a second, to the registry.
private actor ModelChangeReporter {
    private let runner: JobRunner
    private let job: Int64
    private var (reported, kept) = (ContinuousClock.now - .seconds(1), ContinuousClock.now - .seconds(1))

    /// The least time between two events of progress.
    private static let pause = Duration.milliseconds(200)

    init(runner: JobRunner, job: Int64) { (self.runner, self.job) = (runner, job) }

    func report(_ event: ModelChangeEvent) async {
        let now = ContinuousClock.now
        var isKept = true
        switch event {
        case .progress(let progress):
            guard progress.done == progress.all || now - reported > Self.pause else { return }
            reported = now
            isKept = progress.done == progress.all || now - kept > .seconds(1)
        case .change: isKept = false
        case .answers, .swap: break
        }
        guard let line = try? JSON.encode(event) else { return }
        await runner.tell(line, job)
        guard isKept else { return }
        kept = now
        await runner.keep(line, job)
    }
}
