import API
import Imaging
import Registry

extension FetchUnknown: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let (record, bytes) = try await services.registry.unknown(request.id)
        let format = ImageFormat(rawValue: record.format)
        return Response(mediaType: format?.mediaType ?? MediaType.octetStream, bytes: bytes)
    }
}
