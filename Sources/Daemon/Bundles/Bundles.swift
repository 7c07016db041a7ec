import API
import Embedding
import Registry

extension WriteBundle: StreamingRoute {
    static func answer(_ request: Request, _ services: Services) async throws -> any LineSource {
        try services.bundles.write(request)
    }
}

extension ReadBundle: StreamingRoute {
    static func answer(_ request: Request, _ services: Services) async throws -> any LineSource {
        try services.bundles.read(request)
    }
}

/// Writes and imports bundles, one at a time.
final class BundleHost: Sendable {
    private let registry: Registry
    private let models: ModelHost
    private let heads: HeadHost
    private let calibrations: CalibrationHost
    private let log: Log
    private let work: LineWork

    init(registry: Registry, models: ModelHost, heads: HeadHost, calibrations: CalibrationHost, log: Log) {
        (self.registry, self.models, self.heads, self.calibrations) = (registry, models, heads, calibrations)
        self.log = log
        work = LineWork("bundle", busy: "another bundle is in work; wait for its end", log: log)
    }

    /// Begins to write a bundle; see ``LineWork``.
    /// - Throws: `busy`, `bad_bundle`, `target_exists`.
    func write(_ request: WriteBundle.Request) throws -> LineChannel {
        let writer = try BundleWriter(request.folder)
        return try work.begin(["folder": writer.folder]) { [self] progress in
            let tell = progress.teller("writing")
            let bundle = try await work.background { try writer.write(self.registry, progress: tell) }
            log.write(.info, "bundle written", ["folder": writer.folder])
            return bundle
        }
    }

    /// Begins to import a bundle, likewise.
    /// - Throws: `busy`.
    func read(_ request: ReadBundle.Request) throws -> LineChannel {
        try work.begin(["folder": request.folder]) { [self] progress in
            let bundle = try await enrol(request, progress)
            log.write(.info, "bundle imported", ["folder": request.folder])
            return bundle
        }
    }

    private func enrol(_ request: ReadBundle.Request, _ progress: LineWork.Progress) async throws -> ImportedBundle {
        let checking = progress.teller("checking")
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
        let reading = progress.teller("reading")
        let embedded = try await pictures.prepare(for: model, threads: models.threads, progress: reading)
        let enrolling = progress.teller("enrolling")
        try enrolling(0, 1)
        let result = try await registry.enroll(
            pictures.enrolment(merges: request.merge, settings: settings), model: active.model.identity)
        try await heads.load()
        try await calibrations.load(model: active.model.identity)
        return ImportedBundle(
            characters: manifest.characters.count, created: result.created, images: result.images,
            duplicates: result.duplicates, rejections: result.rejections, embedded: embedded)
    }

    /// Has the work on a bundle given up.
    func stop() { work.stop() }
}
