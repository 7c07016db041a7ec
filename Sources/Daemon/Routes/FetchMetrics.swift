import API
import Registry

extension FetchMetrics: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let counts = try await services.registry.counts()
        return Response(
            text: services.metrics.text(gauges: [
                ("aniwho_characters", "Characters in the registry.", Double(counts.characters)),
                ("aniwho_images", "Images in the registry.", Double(counts.images)),
                ("aniwho_prototypes", "Prototypes that answers are searched among.", Double(counts.prototypes)),
                ("aniwho_classifiers", "Trained classifiers that may be asked.", Double(counts.classifiers)),
                ("aniwho_uptime_seconds", "Time since the start.", (ContinuousClock.now - services.started).seconds),
                ("process_resident_memory_bytes", "Memory in RAM.", Double(residentBytes())),
            ]))
    }
}
