import API
import Embedding
import Foundation
import Registry

extension ListTokens: Route {
    static var role: Role { .operator }
    static var admitsTokens: Bool { false }

    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        Response(tokens: try await services.registry.tokens())
    }
}

extension CreateToken: Route {
    static var admitsTokens: Bool { false }

    /// Random bytes in a token.
    private static let length = 32

    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        // The system's generator is cryptographically secure.
        var random = SystemRandomNumberGenerator()
        let bytes = (0..<length).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        let text = Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
            .replacing("=", with: "")
        let token = "aniwho_" + text
        let info = try await services.registry.createToken(
            named: request.name, role: request.role, sha256: ContentHash.sha256(Data(token.utf8)))
        return Response(token: token, info: info)
    }
}

extension RevokeToken: Route {
    static var admitsTokens: Bool { false }

    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.registry.revokeToken(named: request.name)
    }
}
