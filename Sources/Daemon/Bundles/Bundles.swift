import API
import Embedding
import FewShot
import Foundation
import Registry

extension WriteBundle: FileWorkRoute {
    static var kind: JobKind { .exportBundle }
    static var admitsTokens: Bool { false }
    static var record: (action: String, subject: String)? { ("bundle.write", "folder") }

    static func check(_ request: Request, _ services: Services) async throws {
        _ = try await onOwnThread("aniwho.bundle") { try BundleWriter(request.folder) }
    }

    static func start(
        _ request: Request, placing note: PlacedFile.Keeper?, _ services: Services
    ) async throws -> WorkFeed { try await services.bundles.write(request, placing: note) }

    static func finish(_ outcome: Outcome, _ services: Services) async throws {
        try await services.bundles.finish(outcome)
    }
}

extension ReadBundle: WorkRoute {
    static var kind: JobKind { .importBundle }
    static var admitsTokens: Bool { false }
    static var record: (action: String, subject: String)? { ("bundle.read", "folder") }

    static func start(_ request: Request, _ services: Services) async throws -> WorkFeed {
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
    private let work: SingleWork

    init(registry: Registry, models: ModelHost, heads: HeadHost, calibrations: CalibrationHost, log: Log) {
        (self.registry, self.models, self.heads, self.calibrations) = (registry, models, heads, calibrations)
        self.log = log
        work = SingleWork("bundle", busy: "the daemon is working on another bundle; wait for its end", log: log)
    }

    /// Starts to write a bundle; see ``SingleWork``.
    /// - Parameter note: keeps that the bundle is about to get its name.
    /// - Throws: `busy`, `bad_bundle`, `target_exists`.
    func write(_ request: WriteBundle.Request, placing note: PlacedFile.Keeper? = nil) async throws -> WorkFeed {
        let writer = try await onOwnThread("aniwho.bundle") { try BundleWriter(request.folder) }
        let pack = try CastPackChoice(request)
        return try work.begin(["folder": writer.folder]) { [self] progress in
            let writing = progress.step("writing")
            let bundle = try await work.background { [self] in
                try writer.write(
                    registry, pack: pack,
                    placing: { file, identity, bundle in
                        do throws(APIError) { try note?.keep(file, identity, bundle) } catch {
                            log.write(
                                .warning, "cannot note a bundle", ["folder": writer.folder, "message": error.message])
                        }
                    },
                    progress: writing)
            }
            try await finish(bundle)
            return bundle
        }
    }

    /// Records a bundle that has its name.
    func finish(_ bundle: WrittenBundle) async throws {
        try await registry.recordBundle(bundle)
        log.write(.info, "bundle written", ["folder": bundle.folder])
    }

    /// Starts to import a bundle; see ``SingleWork``.
    /// - Throws: `busy`.
    func read(_ request: ReadBundle.Request) throws -> WorkFeed {
        let demand = try BundleSignature(request)
        return try work.begin(["folder": request.folder]) { [self] progress in
            let bundle = try await enroll(request, demand, progress)
            log.write(.info, "bundle imported", ["folder": request.folder])
            return bundle
        }
    }

    /// Enrolls a copy of the bundle, which is in the folder that the daemon empties when it starts.
    private func enroll(
        _ request: ReadBundle.Request, _ demand: BundleSignature?, _ progress: SingleWork.Progress
    ) async throws -> ImportedBundle {
        let staging = registry.directory + "/uploads/bundle"
        do {
            let imported = try await enroll(request, demand, copyingTo: staging, progress)
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
        _ request: ReadBundle.Request, _ demand: BundleSignature?, copyingTo staging: String,
        _ progress: SingleWork.Progress
    ) async throws -> ImportedBundle {
        let checking = progress.step("checking")
        let (active, known) = (try await models.active(), try await registry.models())
        let bundle = try await work.background {
            try BundleReader(
                request.folder, copyingTo: staging, signedAs: demand,
                check: { try $0.checkPack(isFor: active.model.identity, among: known) }, progress: checking)
        }
        let manifest = bundle.manifest
        try await registry.checkImport(of: manifest.characters.map(\.imported), merges: request.merge)
        var settings: [String: String] = [:]
        if request.settings {
            settings[HeadHost.setting] = manifest.head
            settings[CalibrationHost.setting] = manifest.falseAccept.map { String($0) }
        }
        let isSame = manifest.model.identity == active.model.identity
        // Its own network, so that no request waits for buffers that a low-priority thread holds.
        let model =
            isSame
            ? active : try await models.load(try await registry.model(named: active.name))
        var pictures = BundleImport(bundle)
        let reading = progress.step("reading")
        let embedded = try await pictures.prepare(for: model, threads: models.threads, progress: reading)
        let enrolling = progress.step("enrolling")
        try enrolling(0, 1)
        let told = ImportedBundle(
            characters: manifest.characters.count, embedded: embedded, leftOut: isSame ? 0 : manifest.packedCount,
            signer: demand?.signer)
        let (enrollment, identity) = (
            pictures.enrollment(
                merges: request.merge, settings: settings, source: request.folder, told: told, takesVectors: isSame),
            active.model.identity
        )
        let imported = try await calibrations.changing(model: identity) { [registry] in
            try await registry.enroll(enrollment, model: identity)
        }
        await heads.load(expecting: settings[HeadHost.setting].flatMap { HeadKind(rawValue: $0) } ?? heads.active)
        return imported
    }

    /// Stops the work on a bundle.
    func stop() { work.stop() }
}

extension BundleManifest {
    /// - Throws: `pack_of_other_model`, with what to do, when this is a cast pack of another model than the active one.
    fileprivate func checkPack(isFor active: String, among models: [ModelSummary]) throws(APIError) {
        guard isPack, model.identity != active else { return }
        let answering = models.first { $0.identity == active }?.name ?? "another one"
        let advice =
            if let there = models.first(where: { $0.identity == model.identity }) {
                "That model is here: use it first with: aniwho models use \(there.name)"
            } else {
                "Import that model's file and use it (aniwho models import FILE --name NAME, aniwho models use NAME), or ask the pack's maker for a pack for yours, \(active.prefix(12))"
            }
        throw APIError(
            .packOfOtherModel,
            "the cast pack is for the model \(model.name) (\(model.identity.prefix(12))), and \(answering) (\(active.prefix(12))) answers here: without pictures nothing can be embedded again. \(advice)"
        )
    }
}
