import API
import Foundation
import Registry

/// A change of the model as a job, which the daemon does itself.
extension JobRunner {
    /// - Returns: the identity of the model.
    func changeModel(_ job: JobRecord, _ kind: JobKind, resumes: Bool) async throws -> String {
        try tellLaunch(of: job.id, resumed: resumes)
        let teller = ModelChangeTeller(runner: self, job: job.id)
        return try await changes.perform(
            kind, model: job.name,
            ModelChanges.Steps(
                tell: { await teller.tell($0) },
                check: { if await self.isUnwanted(job.id) { throw JobFailure.stopped } },
                commit: { try await self.commit(job.id) }))
    }
}

/// Takes what a change of the model tells to the job's events and, once a second at most, to the registry.
private actor ModelChangeTeller {
    private let runner: JobRunner
    private let job: Int64
    private var (told, kept) = (ContinuousClock.now - .seconds(1), ContinuousClock.now - .seconds(1))

    /// How far it is is told so often at most.
    private static let pause = Duration.milliseconds(200)

    init(runner: JobRunner, job: Int64) { (self.runner, self.job) = (runner, job) }

    func tell(_ event: ModelChangeEvent) async {
        let now = ContinuousClock.now
        var isKept = true
        switch event {
        case .progress(let progress):
            guard progress.done == progress.all || now - told > Self.pause else { return }
            told = now
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
