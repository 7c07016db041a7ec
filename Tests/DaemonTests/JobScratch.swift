import API
import Backbones
import Embedding
import Foundation
import NeuralNetwork
import Registry
import TestSupport
import Testing

@testable import Daemon

/// A registry in a folder of its own, with runners of jobs that train nothing.
final class JobScratch: Sendable {
    let path: String
    let registry: Registry
    let models: ModelHost
    let changes: ModelChangeWork
    /// A small network's model, as a training would leave it.
    let model: String

    static let program = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../Programs/train-nothing").standardizedFileURL.path

    init() async throws {
        path = NSTemporaryDirectory() + "aniwho-jobs-" + UUID().uuidString
        registry = try await Registry.open(directory: path, database: try TestDatabase.address(for: path))
        let log = Log(threshold: .error, format: .text)
        models = ModelHost(registry: registry, log: log, threads: 1)
        changes = ModelChangeWork(
            registry: registry, models: models,
            heads: try await HeadHost(registry: registry, metrics: Metrics(), log: log),
            calibrations: try await CalibrationHost(registry: registry, models: models, log: log))
        model = path + "/trained.safetensors"
        let weights = try Catalogue.backbone("mobilenetv2").graph(32).initialWeights(seed: 1)
        let metadata = ["architecture": "mobilenetv2", "input_size": "32"]
        try Safetensors(tensors: weights, metadata: metadata).encoded().write(to: URL(filePath: model))
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
        TestDatabase.remove(for: path)
    }

    /// A runner, as a daemon that starts makes one; it waits for ``JobRunner/start()``.
    func runner(program: String = JobScratch.program, grace: Duration = .seconds(20)) -> JobRunner {
        let log = Log(threshold: .error, format: .text)
        return JobRunner(
            registry: registry, models: models, changes: changes,
            classifiers: ClassifierHost(registry: registry, metrics: Metrics(), threads: 1), log: log,
            program: program, grace: grace)
    }

    func folder(_ id: Int64) -> JobFolder { JobFolder(path: registry.jobFolder(id)) }

    /// Queues a job that makes the model.
    func add(_ runner: JobRunner, name: String? = nil, _ options: String...) async throws -> Int64 {
        try await runner.add(.init(kind: .metaTrain, name: name, arguments: ["--model", model] + options)).id
    }

    /// Waits for the end of a job.
    func ended(_ id: Int64) async throws -> Job {
        try await wait("job \(id) ends") { try await self.registry.job(id).endedAt != nil }
        return try await registry.job(id)
    }

    /// Waits until the events of a job contain a text.
    func waitForEvent(_ id: Int64, _ text: String) async throws {
        try await wait("job \(id) tells \(text)") { self.events(id).contains(text) }
    }

    func events(_ id: Int64) -> String { (try? String(contentsOfFile: folder(id).events, encoding: .utf8)) ?? "" }

    private func wait(_ what: String, until isTrue: @Sendable () async throws -> Bool) async throws {
        for _ in 0..<4000 {
            if try await isTrue() { return }
            try await Task.sleep(for: .milliseconds(5))
        }
        Issue.record("waited in vain until \(what)")
    }
}
