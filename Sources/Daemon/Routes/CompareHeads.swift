import API
import Registry

extension CompareHeads: StreamingRoute {
    static func answer(_ request: Request, _ services: Services) async throws -> any LineSource {
        try services.comparisons.begin { progress in
            try await HeadReview(services: services).compared(progress.teller("comparing"))
        }
    }
}
