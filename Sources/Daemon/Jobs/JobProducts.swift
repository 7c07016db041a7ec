import API
import Embedding
import Foundation
import Platform
import Registry

/// The model or classifier that a job made.
extension JobRunner {
    /// Imports the model or classifier of a run that succeeded.
    /// - Returns: its identity.
    func importProduct(_ job: Job, _ folder: JobFolder) async throws -> String {
        try await commit(job.id)
        let bytes: Data
        do { bytes = try Data(contentsOf: URL(filePath: folder.model)) } catch {
            throw JobFailure.failed(
                "aniwho \(job.kind.rawValue) ended without a model: cannot read \(folder.model): \(SystemReason.text(error))"
            )
        }
        let makesClassifier = job.kind.makesClassifier
        let identity = ContentHash.sha256(bytes)
        do {
            return try await patiently {
                if try await isKept(identity, named: job.name, asClassifier: makesClassifier) { return identity }
                return makesClassifier
                    ? try await classifiers.importFile(folder.model, name: job.name).identity
                    : try await models.importFile(folder.model, name: job.name, architecture: nil).identity
            }
        } catch let failure as JobFailure {
            throw failure
        } catch {
            throw JobFailure.failed(
                "the \(makesClassifier ? "classifier" : "model") was trained but cannot be imported: "
                    + "\(APIError(describing: error).message); it is kept as \(folder.model)")
        }
    }

    /// Makes sure that a job cannot be cancelled any more.
    /// - Throws: `stopped` when it was cancelled already.
    func commit(_ id: Int64) async throws {
        // This must come before the state is read: a cancellation then either comes earlier and is seen below, or is refused.
        current[id]?.isCommitted = true
        guard try await patiently({ try await registry.job(id).state == .running }) else { throw JobFailure.stopped }
    }

    /// Does what must not fail because the database is away for a while.
    private func patiently<T: Sendable>(_ work: () async throws -> T) async throws -> T {
        while true {
            do { return try await work() } catch let error as RegistryError where error.reason == .databaseAway {
                log.write(.warning, "a job waits for the database", ["message": error.message])
                if isStopping { throw JobFailure.stopped }
                await pause()
            }
        }
    }

    /// Whether an earlier daemon has imported the model or classifier already.
    private func isKept(_ identity: String, named name: String, asClassifier isClassifier: Bool) async throws -> Bool {
        do {
            return isClassifier
                ? try await registry.classifier(named: name).identity == identity
                : try await registry.model(named: name).identity == identity
        } catch  where [.classifierNotFound, .modelNotFound].contains(error.code) {
            return false
        }
    }
}
