import API
import Embedding
import Foundation
import Registry

/// What a job that succeeded made, on its way into the registry.
extension JobRunner {
    /// Puts the model or classifier of a run that succeeded into the registry.
    func importProduct(_ job: JobRecord, _ folder: JobFolder) async throws -> String {
        try await commit(job.id)
        guard let bytes = FileManager.default.contents(atPath: folder.model) else {
            throw JobFailure.failed("aniwho \(job.kind) ended without a model: \(folder.model) cannot be read")
        }
        let makesClassifier = JobKind(rawValue: job.kind)?.makesClassifier ?? false
        let identity = ContentHash.sha256(bytes)
        if await isKept(identity, named: job.name, asClassifier: makesClassifier) { return identity }
        do {
            return makesClassifier
                ? try await classifiers.importFile(folder.model, name: job.name).identity
                : try await models.importFile(folder.model, name: job.name, architecture: nil).identity
        } catch {
            throw JobFailure.failed(
                "the \(makesClassifier ? "classifier" : "model") was trained but cannot be imported: "
                    + "\(APIError(describing: error).message); it is kept as \(folder.model)")
        }
    }

    /// From now on a job cannot be cancelled.
    /// - Throws: `stopped` when it was cancelled before.
    func commit(_ id: Int64) async throws {
        // Set before the state is read: a cancellation comes before that, and is seen, or is refused.
        current[id]?.isCommitted = true
        guard try await registry.job(id).state == .running else { throw JobFailure.stopped }
    }

    /// Whether an earlier daemon has put what the job made into the registry already.
    private func isKept(_ identity: String, named name: String, asClassifier isClassifier: Bool) async -> Bool {
        let kept =
            isClassifier
            ? try? await registry.classifier(named: name).identity : try? await registry.model(named: name).identity
        return kept == identity
    }
}
