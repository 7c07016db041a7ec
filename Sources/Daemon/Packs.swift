import API
import Registry

extension ListPacks: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let after = try request.page.number ?? 0
        let (entries, next) = request.page.first(of: try await services.registry.packs().filter { $0.id > after }, \.id)
        return Response(packs: entries, next: next)
    }
}

extension RemovePack: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.registry.removePack(request.id)
    }
}

extension RestingPacks {
    /// - Throws: `packs_would_rest`, naming the characters, unless a change costs no vectors.
    func check(model name: String) throws(APIError) {
        guard !isNone else { return }
        var losses: [String] = []
        if !unnamed.isEmpty { losses.append("\(Self.list(unnamed)) would be named no more") }
        if !weaker.isEmpty { losses.append("\(Self.list(weaker)) would be named by your own pictures only") }
        throw APIError(
            .packsWouldRest,
            "\(name) cannot embed the vectors of the cast \(packs.count == 1 ? "pack" : "packs") \(Self.list(packs)) again, for there are no pictures: \(losses.joined(separator: ", and ")). Nothing has changed. To change the model all the same: aniwho models use \(name) --without-packs. The vectors stay, and count again when their model is used again; a pack made for \(name) can be imported after the change."
        )
    }

    /// At most so many names are listed.
    private static let most = 5

    private static func list(_ names: [String]) -> String {
        let rest = names.count > most ? " and \(names.count - most) more" : ""
        return names.prefix(most).joined(separator: ", ") + rest
    }
}
