import API
import Imaging
import Registry

extension FetchImage: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let record = try await services.registry.image(request.id)
        let format = ImageFormat(rawValue: record.format)
        return Response(
            mediaType: format?.mediaType ?? MediaType.octetStream,
            bytes: try await services.registry.imageBytes(request.id))
    }
}
