import API
import FewShot

extension ListHeads: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let active = services.heads.active
        return Response(heads: HeadKind.allCases.map { HeadInfo($0, active: $0 == active) })
    }
}
