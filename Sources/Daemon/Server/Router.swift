import API
import Foundation
import Registry
import Timing

/// Finds the route of a request, and turns the route's answer or error into a message.
struct Router: Sendable {
    let services: Services
    let routes: [RouteEntry]

    /// A request that has a route.
    struct Matched: Sendable {
        let route: RouteEntry
        let method: String
        let parameters: [String: String]
        let query: [String: String]
        let head: RequestHead
        /// What it asks of a stream.
        let events: EventStream.Wish?
        let caller: Caller
        /// The largest body, in bytes.
        let bodyLimit: Int
        var body: BodyKind { route.body }
    }

    /// - Parameter caller: the one that ``Authentication`` identified by the origin of the head.
    /// - Throws: `forbidden`, `rate_limited`, `route_not_found`, `method_not_allowed`, `unsupported_media_type`, `bad_request`.
    func match(_ head: RequestHead, from caller: Caller) throws(APIError) -> Matched {
        guard head.target.hasPrefix("/") else { throw Self.notAPath(head) }
        let (path, query) = Self.split(head.target)
        var allowed: Set<String> = []
        for route in candidates(at: path) {
            guard let parameters = try route.path.match(path) else { continue }
            // libmicrohttpd omits the body of the answer to HEAD.
            guard route.method.rawValue == head.method || (route.method == .get && head.method == "HEAD") else {
                allowed.insert(route.method.rawValue)
                continue
            }
            if !route.isPublic {
                if caller == .guest { throw Authentication.needed }
                try services.access.admit(
                    caller, needs: route.role, about: route.path.subject, admitsTokens: route.admitsTokens,
                    for: "\(head.method) \(route.path)")
            }
            try Self.checkType(head, route.body)
            try IdempotencyKey.check(head.key)
            return Matched(
                route: route, method: head.method, parameters: parameters,
                query: try PercentEncoding.decodeQuery(query), head: head,
                events: try EventStream.Wish(accepted: head.accepted, last: head.lastEvent), caller: caller,
                bodyLimit: min(
                    route.body.maximumBytes, services.access.bodyLimit(of: caller) ?? .max,
                    services.budget(for: route.body).largest))
        }
        if caller == .guest { throw Authentication.needed }
        if !allowed.isEmpty {
            throw APIError(
                .methodNotAllowed,
                "\(head.method) is not allowed at \(path); it takes \(allowed.sorted().joined(separator: ", "))"
                    + Self.newForm(of: head.method, at: path))
        }
        throw APIError(.routeNotFound, "there is nothing at \(path)")
    }

    /// The routes that may match a path. If there are routes with exactly this path, routes with parameters are left out.
    private func candidates(at path: Substring) -> [RouteEntry] {
        let literal = routes.filter { $0.path.isLiteral && $0.path.description == path }
        return literal.isEmpty ? routes : literal
    }

    /// The methods of a path, for the header `Allow`.
    private func allowed(at target: String) -> String {
        let path = Self.split(target).path
        let methods = candidates(at: path).filter { (try? $0.path.match(path)) ?? nil != nil }.map(\.method.rawValue)
        return Set(methods + (methods.contains("GET") ? ["HEAD"] : [])).sorted().joined(separator: ", ")
    }

    /// The answer to a request that is refused before it reaches its route.
    func refusal(_ error: APIError, method: String, target: String) -> ResponseMessage {
        var response = ResponseMessage(error: error)
        if error.code == .methodNotAllowed { response.headers["Allow"] = allowed(at: target) }
        if error.code == .unauthorized { response.headers["WWW-Authenticate"] = "Bearer realm=\"aniwho\"" }
        let path = Self.split(target).path
        services.metrics.count(route: Metrics.noRoute, method: method, status: response.status, .zero)
        services.metrics.count(error.code)
        services.log.writeSeldom(
            .info, "request", kind: error.code.rawValue,
            ["method": method, "path": String(path), "status": String(response.status), "error": error.message])
        return response
    }

    /// Answers a request; an error becomes its message.
    func answer(_ matched: Matched, body: RequestBody) async -> Answer {
        let start = ContinuousClock.now
        if case .files(let files) = body { services.access.charge(matched.caller, furtherPictures: files.count - 1) }
        let message = RequestMessage(parameters: matched.parameters, query: matched.query, body: body)
        var fields = ["method": matched.method, "path": matched.route.path.description]
        let response: Answer
        do {
            let full = try await IdempotencyKey.$current.withValue(IdempotencyKey.of(matched, body)) {
                try await EventStream.Wish.$current.withValue(matched.events) {
                    try await services.asked(by: matched.caller, effect: matched.route.effect) {
                        try await answer(matched, message)
                    }
                }
            }
            response = full.fitting(matched.head, isFile: matched.route.isFile)
        } catch {
            let error = APIError(describing: error)
            fields["error"] = error.message
            services.metrics.count(error.code)
            response = .message(ResponseMessage(error: error))
        }
        let time = ContinuousClock.now - start
        fields["status"] = String(response.status)
        fields["ms"] = String(format: "%.1f", time.seconds * 1000)
        services.metrics.count(
            route: matched.route.path.description, method: matched.method, status: response.status, time)
        services.log.write(.of(status: response.status, otherwise: .info), "request", fields)
        return response
    }

    /// Answers once the memory is up to date, and says on which revision the answer rests at least.
    private func answer(_ matched: Matched, _ message: RequestMessage) async throws -> Answer {
        guard matched.route.restsOnRegistry else { return try await matched.route.answer(message, services) }
        try await services.awaitRevision(matched.head.leastRevision, for: matched.caller)
        let before = services.registry.revision
        let answer = try await matched.route.answer(message, services)
        return answer.resting(on: matched.route.effect == .changes ? services.registry.revision : before)
    }

    /// Names the request that took the place of one of 0.1.0, if its path is another one.
    private static func newForm(of method: String, at path: Substring) -> String {
        let former = formerRequests.first { former in
            former.method.rawValue == method && (try? former.path.match(path)) ?? nil != nil
        }
        return former.map { ". What it answered in 0.1.0, \($0.now) answers now" } ?? ""
    }

    private static func split(_ target: String) -> (path: Substring, query: Substring) {
        let sides = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        return (sides.first ?? "", sides.count > 1 ? sides[1] : "")
    }

    /// A target that is no path is in the form for proxies (RFC 9112, section 3.2.2), or no target at all.
    private static func notAPath(_ head: RequestHead) -> APIError {
        guard let scheme = head.target.range(of: "://") else {
            return APIError(.badRequest, "the target “\(head.target)” is not a path; it must begin with /")
        }
        let path = head.target[scheme.upperBound...].drop { $0 != "/" }
        return APIError(
            .badRequest,
            "the target “\(head.target)” is a whole URL, which is the form for a proxy; send only its path: \(head.method) \(path.isEmpty ? "/" : path)"
        )
    }

    private static func checkType(_ head: RequestHead, _ kind: BodyKind) throws(APIError) {
        guard !head.hasBody || ["", "identity"].contains(head.contentEncoding.lowercased()) else {
            throw APIError(
                .unsupportedMediaType,
                "the body is compressed (Content-Encoding: \(head.contentEncoding)), which the daemon does not read; send it uncompressed"
            )
        }
        let type = MediaType.essence(head.contentType)
        let (fits, wanted) =
            switch kind {
            case .none: (true, "")
            case .json: (type == MediaType.json, MediaType.json)
            case .file: (type == MediaType.octetStream, MediaType.octetStream)
            case .images:
                (type.hasPrefix("image/") || type == MediaType.multipart, "image/* or \(MediaType.multipart)")
            }
        guard head.hasBody, !fits else { return }
        throw APIError(
            .unsupportedMediaType,
            "the request needs Content-Type: \(wanted), not \(type.isEmpty ? "none" : "“\(type)”")")
    }
}
