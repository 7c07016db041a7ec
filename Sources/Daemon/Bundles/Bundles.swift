import API
import Embedding
import FewShot
import Foundation
import Registry

extension WriteBundle: WorkRoute {
    static var kind: JobKind { .exportBundle }
    static var admitsTokens: Bool { false }
    static var record: String? { "bundle.write" }

    static func check(_ request: Request, _ services: Services) async throws {
        _ = try await onOwnThread("aniwho.bundle") { try BundleWriter(request.folder) }
    }

    static func start(_ request: Request, _ services: Services) async throws -> LineChannel {
        try await services.bundles.write(request)
    }

    static func outcome(_ entry: AuditEntry) -> WrittenBundle? {
        guard let characters = entry.detail["characters"]?.integer, let images = entry.detail["images"]?.integer,
            let rejections = entry.detail["rejections"]?.integer, let bytes = entry.detail["bytes"]?.integer
        else { return nil }
        return WrittenBundle(
            folder: entry.subject, characters: Int(characters), images: Int(images), rejections: Int(rejections),
            bytes: Int(bytes))
    }
}

extension ReadBundle: WorkRoute {
    static var kind: JobKind { .importBundle }
    static var admitsTokens: Bool { false }
    static var record: String? { "bundle.read" }

    static func start(_ request: Request, _ services: Services) async throws -> LineChannel {
        try services.bundles.read(request)
    }

    /// How many pictures were embedded again is not recorded.
    static func outcome(_ entry: AuditEntry) -> ImportedBundle? {
        guard let characters = entry.detail["characters"]?.integer, let created = entry.detail["created"]?.integer,
            let images = entry.detail["images"]?.integer, let duplicates = entry.detail["duplicates"]?.integer,
            let rejections = entry.detail["rejections"]?.integer
        else { return nil }
        return ImportedBundle(
            characters: Int(characters), created: Int(created), images: Int(images), duplicates: Int(duplicates),
            rejections: Int(rejections))
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
        work = LineWork("bundle", busy: "the daemon is working on another bundle; wait for its end", log: log)
    }

    /// Starts to write a bundle; see ``LineWork``.
    /// - Throws: `busy`, `bad_bundle`, `target_exists`.
    func write(_ request: WriteBundle.Request) async throws -> LineChannel {
        let writer = try await onOwnThread("aniwho.bundle") { try BundleWriter(request.folder) }
        return try work.begin(["folder": writer.folder]) { [self] progress in
            let writing = progress.step("writing")
            let bundle = try await work.background { try writer.write(self.registry, progress: writing) }
            try await registry.recordBundle(bundle)
            log.write(.info, "bundle written", ["folder": writer.folder])
            return bundle
        }
    }

    /// Starts to import a bundle; see ``LineWork``.
    /// - Throws: `busy`.
    func read(_ request: ReadBundle.Request) throws -> LineChannel {
        try work.begin(["folder": request.folder]) { [self] progress in
            let bundle = try await enroll(request, progress)
            log.write(.info, "bundle imported", ["folder": request.folder])
            return bundle
        }
    }

    /// Enrolls a copy of the bundle, which is in the folder that the daemon empties when it starts.
    private func enroll(_ request: ReadBundle.Request, _ progress: LineWork.Progress) async throws -> ImportedBundle {
        let staging = registry.directory + "/uploads/bundle"
        do {
            let imported = try await enroll(request, copyingTo: staging, progress)
            await remove(staging)
            return imported
        } catch {
            await remove(staging)
            throw error
        }
    }

    private func remove(_ staging: String) async {
        try? await work.background { try FileManager.default.removeItem(atPath: staging) }
    }

    private func enroll(
        _ request: ReadBundle.Request, copyingTo staging: String, _ progress: LineWork.Progress
    ) async throws -> ImportedBundle {
        let checking = progress.step("checking")
        let bundle = try await work.background {
            try BundleReader(request.folder, copyingTo: staging, progress: checking)
        }
        let manifest = bundle.manifest
        try await registry.checkImport(of: manifest.characters.map(\.imported), merges: request.merge)
        var settings: [String: String] = [:]
        if request.settings {
            settings[HeadHost.setting] = manifest.head
            settings[CalibrationHost.setting] = manifest.falseAccept.map { String($0) }
        }
        let active = try await models.active()
        // Its own network, so that no request waits for buffers that a low-priority thread holds.
        let model =
            manifest.model.identity == active.model.identity
            ? active : try await models.load(try await registry.model(named: active.name))
        var pictures = BundleImport(bundle)
        let reading = progress.step("reading")
        let embedded = try await pictures.prepare(for: model, threads: models.threads, progress: reading)
        let enrolling = progress.step("enrolling")
        try enrolling(0, 1)
        let (enrollment, identity) = (
            pictures.enrollment(merges: request.merge, settings: settings, source: request.folder),
            active.model.identity
        )
        var imported = try await calibrations.changing(model: identity) { [registry] in
            try await registry.enroll(enrollment, model: identity)
        }
        imported.embedded = embedded
        await heads.load(expecting: settings[HeadHost.setting].flatMap { HeadKind(rawValue: $0) } ?? heads.active)
        return imported
    }

    /// Stops the work on a bundle.
    func stop() { work.stop() }
}
