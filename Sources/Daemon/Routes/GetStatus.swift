import API
import FewShot
import Registry

extension GetStatus: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let counts = try await services.registry.counts()
        return Response(
            version: Version.current, uptimeSeconds: (ContinuousClock.now - services.started).seconds,
            socket: services.socketPath, dataDirectory: services.dataDirectory,
            model: try await services.registry.activeModel().map { try ModelInfo($0) },
            head: services.heads.active.rawValue, characters: counts.characters, images: counts.images,
            prototypes: counts.prototypes, classifiers: counts.classifiers, residentBytes: ProcessFigures.residentBytes)
    }
}
