import API
import Embedding
import Foundation
import Registry
import Synchronization

/// Writes and imports bundles, one at a time. Questions are answered meanwhile.
final class BundleHost: Sendable {
    private struct State {
        var isBusy = false
        var isStopping = false
    }

    private let registry: Registry
    private let models: ModelHost
    private let heads: HeadHost
    private let calibrations: CalibrationHost
    private let log: Log
    private let state = Mutex(State())
    private let background = BackgroundWork("aniwho.bundles", qos: .utility)

    /// Progress is told so often at most.
    private static let pause = Duration.milliseconds(100)

    init(registry: Registry, models: ModelHost, heads: HeadHost, calibrations: CalibrationHost, log: Log) {
        (self.registry, self.models, self.heads, self.calibrations) = (registry, models, heads, calibrations)
        self.log = log
    }

    /// Begins to write a bundle. It is given up when nobody reads what it tells, and when the daemon stops.
    /// - Throws: `busy`, `bad_bundle`, `target_exists`.
    func write(_ request: WriteBundle.Request) throws -> LineChannel {
        let writer = try BundleWriter(request.folder)
        return try begin("bundle written", writer.folder) { channel in
            let teller = self.teller("writing", channel)
            return .written(try await self.background { try writer.write(self.registry, progress: teller) })
        }
    }

    /// Begins to import a bundle, likewise.
    /// - Throws: `busy`.
    func read(_ request: ReadBundle.Request) throws -> LineChannel {
        try begin("bundle imported", request.folder) { channel in
            .imported(try await self.enrol(request, channel))
        }
    }

    private func enrol(_ request: ReadBundle.Request, _ channel: LineChannel) async throws -> ImportedBundle {
        let checking = teller("checking", channel)
        let bundle = try await background { try BundleReader(request.folder, progress: checking) }
        let manifest = bundle.manifest
        try await registry.checkImport(of: manifest.characters.map(\.name), merges: request.merge)
        var settings: [String: String] = [:]
        if request.settings {
            settings[HeadHost.setting] = manifest.head
            settings[CalibrationHost.setting] = manifest.falseAccept.map { String($0) }
        }
        let active = try await models.active()
        // A network of its own, so that no question waits for buffers that a slow thread holds.
        let model =
            manifest.model.identity == active.model.identity
            ? active : try await models.load(try await registry.model(named: active.name))
        var pictures = BundleImport(bundle)
        let reading = teller("reading", channel)
        let embedded = try await pictures.prepare(for: model, threads: models.threads, progress: reading)
        let enrolling = teller("enrolling", channel)
        try enrolling(0, 1)
        let result = try await registry.enroll(
            pictures.enrolment(merges: request.merge, settings: settings), model: active.model.identity)
        try await heads.takeUp()
        try await calibrations.takeUp(model: active.model.identity)
        return ImportedBundle(
            characters: manifest.characters.count, created: result.created, images: result.images,
            duplicates: result.duplicates, rejections: result.rejections, embedded: embedded)
    }

    /// Tells how far a step is, and throws `interrupted` when the work is not wanted any more.
    private func teller(_ step: String, _ channel: LineChannel) -> @Sendable (Int, Int) throws -> Void {
        let told = Mutex(ContinuousClock.now - .seconds(1))
        return { done, total in
            let now = ContinuousClock.now
            let isDue = told.withLock { told in
                guard now - told > Self.pause || done == total else { return false }
                told = now
                return true
            }
            if isDue { channel.send(BundleEvent.progress(BundleProgress(step: step, done: done, total: total))) }
            guard !channel.isClosed, !self.state.withLock(\.isStopping) else {
                throw RegistryError(.interrupted, "given up before the end")
            }
        }
    }

    private func begin(
        _ event: String, _ folder: String, _ work: @escaping @Sendable (LineChannel) async throws -> BundleEvent
    ) throws -> LineChannel {
        try state.withLock { state throws(APIError) in
            guard !state.isStopping else { throw APIError(.notReady, "the daemon stops") }
            guard !state.isBusy else { throw APIError(.busy, "another bundle is in work; wait for its end") }
            state.isBusy = true
        }
        let channel = LineChannel()
        Task {
            let last: BundleEvent
            do {
                last = try await work(channel)
                log.write(.info, event, ["folder": folder])
            } catch {
                let error = APIError(describing: error)
                log.write(.error, "bundle failed", ["folder": folder, "message": error.message])
                last = .error(error.code, error.message)
            }
            state.withLock { $0.isBusy = false }
            channel.send(last, isLast: true)
        }
        return channel
    }

    /// Has the work on a bundle given up.
    func stop() { state.withLock { $0.isStopping = true } }
}
