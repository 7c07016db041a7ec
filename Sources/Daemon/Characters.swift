import API
import Embedding
import FewShot
import Options
import Registry
import Timing

extension ListCharacters: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let characters = try await services.registry.characters(
            after: request.page.after, limit: request.page.reads, tag: request.tag, series: request.series)
        let (entries, next) = request.page.first(of: characters) { $0.name }
        return Response(characters: entries, next: next)
    }
}

extension CreateCharacter: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.registry.createCharacter(named: request.name)
    }
}

extension ShowCharacter: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        CharacterDetail(
            character: try await services.registry.character(named: request.name),
            prototype: try await services.registry.prototype(of: request.name),
            images: try await services.registry.images(of: request.name))
    }
}

extension RenameCharacter: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.registry.renameCharacter(request.name, to: request.newName)
    }
}

extension MergeCharacter: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.registry.mergeCharacter(request.name, into: request.into)
    }
}

extension RemoveCharacter: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.registry.removeCharacter(named: request.name)
    }
}

extension ProposeSplit: Route {
    static var effect: Effect { .computes }
    static var work: RouteWork { .long }

    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.checkExists(character: request.name)
        return try await services.reviews("split \(request.name) \(try await services.state())") { _ in
            try await proposal(for: request.name, services)
        }
    }

    private static func proposal(for name: String, _ services: Services) async throws -> Response {
        try await services.withActiveModel { active in
            let support = try await services.registry.support(of: name, model: active.model.identity)
            // The thresholds must not rest on the pairs that are in question.
            let pairs = try await services.pairs.thresholds(without: support.id, for: active.model, services)
            let read = Array(support.embeddings.prefix(AverageLinkage.mostPictures))
            let groups = try await services.reviews.background.inPortions { check in
                try AverageLinkage.groups(read, within: pairs.even, check: check)
            }
            return Response(
                threshold: pairs.even, error: pairs.evenError,
                groups: groups.map { $0.map { support.images[$0] } }, left: support.images.count - read.count)
        }
    }
}

extension SplitCharacter: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.registry.splitCharacter(request.name, images: request.images, into: request.into)
    }
}

extension RebuildPrototypes: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let start = ContinuousClock.now
        let result = try await services.registry.rebuildPrototypes(character: request.character)
        return Response(
            characters: result.characters, images: result.images, seconds: (ContinuousClock.now - start).seconds)
    }
}

extension Services {
    /// - Throws: `characterNotFound`, suggesting the nearest name; `invalidName`.
    func checkExists(character name: String) async throws(RegistryError) {
        do throws(RegistryError) { _ = try await registry.character(named: name) } catch {
            guard error.code == .characterNotFound,
                let near = Spelling.nearest(to: name, among: registry.enrolledNames.sorted())
            else { throw error }
            throw RegistryError(error.code, "\(error.message); did you mean '\(near)'?")
        }
    }
}
