import API
import Embedding
import Foundation
import Geometry
import Registry

extension ListTrash: Route {
    /// As with the audit log: it tells who changed what.
    static var role: Role { .operator }

    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let page = request.page
        let changes = try await services.registry.trash(limit: page.reads, before: page.number)
        let (entries, next) = page.first(of: changes, \.id)
        return Response(
            changes: entries.map { services.dated($0) }, next: next, size: try await services.registry.trashSize())
    }
}

extension RestoreTrash: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.withActiveModel { active in
            try await services.embedTrash(request.changes, active)
            let restored = try await services.registry.restoreTrash(request.changes)
            return Response(restored: restored.map { services.dated($0) })
        }
    }
}

extension UndoChange: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.withActiveModel { active in
            let newest = try await services.registry.newestTrash()
            if let newest { try await services.embedTrash([newest], active) }
            return services.dated(try await services.registry.undo(expecting: request.change ?? newest))
        }
    }
}

extension EmptyTrash: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        var removed = TrashSize.none
        guard let newest = try await services.registry.newestTrash() else { return removed }
        // A transaction for each change, so that others' changes go on in between.
        while let size = try await services.registry.removeOldestTrash(.upTo(newest)) { removed.add(size) }
        return removed
    }
}

extension TrashSize {
    mutating func add(_ other: TrashSize) {
        changes += other.changes
        pictures += other.pictures
        bytes += other.bytes
    }
}

extension Services {
    /// Pictures that are embedded at once: few, so that other requests run in between.
    private static let trashPage = 16

    /// The change with the time when it is removed for good.
    fileprivate func dated(_ change: TrashedChange) -> TrashedChange {
        var change = change
        let days = housekeeping.retention.trash
        change.expiresAt = days > 0 && !change.kind.isKept ? change.at + Retention.seconds(days: days) : nil
        return change
    }

    fileprivate func dated(_ restored: RestoredChange) -> RestoredChange {
        var restored = restored
        restored.change = dated(restored.change)
        return restored
    }

    /// Embeds the pictures that changes in the trash would bring back and that the active model has not embedded: a change of the model
    /// leaves the trash out.
    /// - Throws: `changeNotFound`; `bad_image`, naming a picture that cannot be read any more; `modelNotActive`.
    fileprivate func embedTrash(_ changes: [Int64], _ active: ModelHost.Active) async throws {
        let identity = active.model.identity
        while true {
            let page = try await registry.trashWithoutEmbedding(changes, model: identity, limit: Self.trashPage)
            guard !page.isEmpty else { return }
            let files = page.map { FilePart(name: $0.name, bytes: $0.bytes) }
            let pictures = try await Picture.decode(files, for: active.model, .stored(page.map(\.box)))
            let vectors = await inference.embed(pictures.flatMap(\.faces).map(\.prepared), with: active.embedder)
            try await registry.storeTrashEmbeddings(
                model: identity, zip(page, vectors).map { (picture: $0, vector: $1) })
        }
    }
}
