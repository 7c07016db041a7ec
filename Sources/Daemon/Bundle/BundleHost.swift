import API
import Embedding
import Registry

/// Writes and imports bundles, one at a time.
final class BundleHost: Sendable {
    private let registry: Registry
    private let models: ModelHost
    private let heads: HeadHost
    private let calibrations: CalibrationHost
    private let log: Log
    private let work = LineWork("aniwho.bundles", busy: "another bundle is in work; wait for its end")

    init(registry: Registry, models: ModelHost, heads: HeadHost, calibrations: CalibrationHost, log: Log) {
        (self.registry, self.models, self.heads, self.calibrations) = (registry, models, heads, calibrations)
        self.log = log
    }

    /// Begins to write a bundle; see ``LineWork``.
    /// - Throws: `busy`, `bad_bundle`, `target_exists`.
    func write(_ request: WriteBundle.Request) throws -> LineChannel {
        let writer = try BundleWriter(request.folder)
        return try begin("bundle written", writer.folder) { [self] progress in
            let tell = teller("writing", progress)
            return .written(try await work.background { try writer.write(self.registry, progress: tell) })
        }
    }

    /// Begins to import a bundle, likewise.
    /// - Throws: `busy`.
    func read(_ request: ReadBundle.Request) throws -> LineChannel {
        try begin("bundle imported", request.folder) { progress in
            .imported(try await self.enrol(request, progress))
        }
    }

    private func enrol(_ request: ReadBundle.Request, _ progress: LineWork.Progress) async throws -> ImportedBundle {
        let checking = teller("checking", progress)
        let bundle = try await work.background { try BundleReader(request.folder, progress: checking) }
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
        let reading = teller("reading", progress)
        let embedded = try await pictures.prepare(for: model, threads: models.threads, progress: reading)
        let enrolling = teller("enrolling", progress)
        try enrolling(0, 1)
        let result = try await registry.enroll(
            pictures.enrolment(merges: request.merge, settings: settings), model: active.model.identity)
        try await heads.takeUp()
        try await calibrations.takeUp(model: active.model.identity)
        return ImportedBundle(
            characters: manifest.characters.count, created: result.created, images: result.images,
            duplicates: result.duplicates, rejections: result.rejections, embedded: embedded)
    }

    private func teller(
        _ step: String, _ progress: LineWork.Progress
    ) -> @Sendable (_ done: Int, _ total: Int) throws -> Void {
        progress.teller { BundleEvent.progress(BundleProgress(step: step, done: $0, total: $1)) }
    }

    private func begin(
        _ event: String, _ folder: String, _ step: @escaping @Sendable (LineWork.Progress) async throws -> BundleEvent
    ) throws -> LineChannel {
        try work.begin { [log] progress in
            do {
                let last = try await step(progress)
                log.write(.info, event, ["folder": folder])
                return last
            } catch {
                let error = APIError(describing: error)
                log.write(.error, "bundle failed", ["folder": folder, "message": error.message])
                return BundleEvent.error(error.code, error.message)
            }
        }
    }

    /// Has the work on a bundle given up.
    func stop() { work.stop() }
}
