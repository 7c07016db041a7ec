import API
import Embedding
import Foundation
import Registry

/// Chooses the model to answer with when the daemon starts: the requested one, else the active one, else the one that comes with
/// AniWho.
struct FirstModel {
    let services: Services
    /// A name in the registry, or a file.
    let requested: String?

    /// The same of a face detector; see ``DetectorHost/loadFirst(_:)``.
    let detector: String?

    /// Daemons of one database that start at the same time import the same files: the second finds what the first has imported.
    func load() async throws {
        try await found { try await services.detectors.loadFirst(detector) }
        // After the detector, so that the first answers use it.
        try await found { try await loadModel() }
    }

    /// Tries once more where another daemon was quicker.
    private func found(_ load: () async throws -> Void) async throws {
        do { try await load() } catch let error as RegistryError
            where [.modelExists, .detectorExists].contains(error.code) && !services.registry.liveDaemons.isEmpty
        { try await load() }
    }

    private func loadModel() async throws {
        let hasActive = try await services.registry.activeModel() != nil
        guard let requested else {
            if hasActive { return try await services.models.loadActive() }
            guard let file = ModelFiles.shipped(ModelFiles.defaultName) else {
                services.log.write(
                    .warning, "no model", ["advice": "import one: aniwho models import FILE --architecture A --name N"])
                throw APIError(
                    .notReady,
                    "the shipped model \(ModelFiles.defaultName) was not found; name a model file with --model FILE, or the folder of models in ANIWHO_MODELS"
                )
            }
            return try await importAndUse(file)
        }
        if FileManager.default.fileExists(atPath: requested) { return try await importAndUse(requested) }
        try await use(requested)
    }

    /// Imports a file, unless the registry has a model of the same content, and uses it.
    private func importAndUse(_ file: String) async throws {
        let (identity, name) = try await ImportedFile.identity(of: file)
        if let known = try await services.registry.models().first(where: { $0.identity == identity }) {
            return try await use(known.name)
        }
        let record = try await services.models.importFile(file, name: name, architecture: nil)
        try await use(record.name)
    }

    private func use(_ name: String) async throws {
        if try await services.registry.activeModel()?.name == name { return try await services.models.loadActive() }
        try await services.models.use(named: name)
    }
}
