import API
import Detection
import Embedding
import Foundation
import Platform
import Registry
import Synchronization

extension ListDetectors: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let (entries, next) = request.page.part(of: try await services.registry.detectors()) { $0.name }
        return Response(detectors: entries, next: next)
    }
}

extension ImportDetector: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.detectors.importFile(request.file, name: request.name)
    }
}

extension UseDetector: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.detectors.use(named: request.name)
    }
}

extension RollBackDetector: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        guard let former = try await services.registry.formerDetector() else {
            throw APIError(
                .detectorNotFound,
                "there is no detector to go back to: the active one was never changed. List them: aniwho detectors list"
            )
        }
        return try await services.detectors.use(named: former.name)
    }
}

extension RemoveDetector: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.registry.removeDetector(named: request.name)
    }
}

/// Holds the face detector that is in use, and replaces it.
final class DetectorHost: Sendable {
    private let registry: Registry
    private let log: Log
    private let threads: Int
    private let current = Mutex<FaceDetector?>(nil)
    /// Whether this daemon was started without a detector, whichever others use.
    private let isOff = Atomic(false)
    /// One change at a time, so that the registry and the memory agree.
    private let changing = AsyncLock()

    init(registry: Registry, log: Log, threads: Int) {
        (self.registry, self.log, self.threads) = (registry, log, threads)
    }

    /// After so long without a picture the detector gives its memory back.
    private static let idle = Duration.seconds(20)

    /// Gives the memory of an idle detector back, again and again until the task is cancelled.
    func keepResting() async {
        while (try? await Task.sleep(for: Self.idle)) != nil { active?.rest(after: Self.idle) }
    }

    /// The detector that finds faces now; nil if there is none, so that every picture is taken whole.
    var active: FaceDetector? { current.withLock { $0 } }

    /// The name of the detector that comes with AniWho.
    static let defaultName = "face_detector"
    /// What the setting says for no detector.
    static let none = "none"

    /// Loads the detector to begin with: the requested one, else the registry's active one, else the one that comes with AniWho.
    /// - Parameter requested: the name of one in the registry, a file, or ``none``.
    /// - Throws: `detectorNotFound`, `bad_model`, `file_not_found`; the storage errors.
    func loadFirst(_ requested: String?) async throws {
        guard requested != Self.none else { return isOff.store(true, ordering: .releasing) }
        if let requested {
            if FileManager.default.fileExists(atPath: requested) {
                _ = try await use(named: try await importOnce(requested))
            } else {
                _ = try await use(named: requested)
            }
        } else if try await loadActive() {
            return
        } else if let file = ModelFiles.shipped(Self.defaultName) {
            _ = try await use(named: try await importOnce(file))
        } else {
            log.write(
                .warning, "no face detector: every picture is taken whole",
                ["advice": "import one: aniwho detectors import FILE, then aniwho detectors use NAME"])
        }
    }

    /// Imports a file, unless the registry has a detector of the same content.
    /// - Returns: its name.
    private func importOnce(_ file: String) async throws -> String {
        let (identity, name) = try await ImportedFile.identity(of: file)
        if let known = try await registry.detectors().first(where: { $0.identity == identity }) { return known.name }
        return try await importFile(file, name: name).name
    }

    /// Imports a detector's file into the registry, without using it.
    /// - Throws: `file_not_found`; `bad_model`; `invalidName`, `detectorExists`.
    func importFile(_ path: String, name: String) async throws -> DetectorSummary {
        let file = ImportedFile(path: path, name: name)
        let (bytes, model) = try await onOwnThread("aniwho.import") {
            try file.read(as: .detector) { bytes throws(ModelError) in try DetectorModel(bytes) }
        }
        return try await registry.importDetector(
            identity: model.identity, name: name, threshold: model.threshold, longSide: model.longSide, bytes: bytes)
    }

    /// Finds faces with a detector of the registry from now on.
    /// - Throws: `detectorNotFound`; `bad_model` if its file is damaged. The detector before stays in use then.
    func use(named name: String) async throws -> DetectorSummary {
        try await changing { [self] in
            let next = try await load(try await registry.detector(named: name))
            let record = try await registry.useDetector(named: name)
            current.withLock { $0 = next }
            isOff.store(false, ordering: .releasing)
            log.write(.info, "detector in use", ["detector": record.name])
            return record
        }
    }

    /// Finds faces with the detector that another daemon has taken into use.
    func follow() async throws {
        guard !isOff.load(ordering: .acquiring) else { return }
        if try await loadActive() { log.write(.info, "detector in use", ["by": "another daemon"]) }
    }

    /// Finds faces with the registry's active detector.
    /// - Returns: false if there is none.
    private func loadActive() async throws -> Bool {
        try await changing { [self] in
            guard let record = try await registry.activeDetector() else { return false }
            guard active?.model.identity != record.identity else { return true }
            let next = try await load(record)
            current.withLock { $0 = next }
            return true
        }
    }

    private func load(_ record: DetectorSummary) async throws -> FaceDetector {
        let bytes = try await registry.detectorBytes(identity: record.identity)
        return try await onOwnThread("aniwho.load") { [threads] in
            try ImportedFile.check(bytes, stored: record.identity, of: "detector '\(record.name)'")
            return FaceDetector(model: try DetectorModel(bytes), threads: threads)
        }
    }
}
