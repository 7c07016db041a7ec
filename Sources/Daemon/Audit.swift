import API
import Foundation
import Registry
import Synchronization

extension ListAudit: Route {
    static var role: Role { .operator }

    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let page = request.page
        let changes = try await services.registry.audit(limit: page.reads, since: request.since, before: page.number)
        let (entries, next) = page.first(of: changes, \.id)
        return Response(changes: entries, next: next)
    }
}

extension WatchChanges: StreamingRoute {
    static func answer(_ request: Request, _ services: Services) async throws -> any LineSource {
        try await services.changeFeed.reader(after: request.after)
    }

    static func number(of line: Data) -> Int64? { (try? JSON.decode(ChangeEvent.self, from: line))?.id }

    static func resumed(_ request: Request, after event: Int64) -> Request { Request(after: event) }
}

/// The changes of the registry for those who watch them.
final class ChangeFeed: Sendable {
    private struct State {
        var readers: [Int: Task<Void, Never>] = [:]
        var last = 0
        var isStopped = false
    }

    private let registry: Registry
    private let state = Mutex(State())

    /// The time between two looks at the log of changes.
    private static let pause = Duration.seconds(1)
    /// The most changes of one look. A reader that missed more gets the latest.
    private static let most = 200

    init(registry: Registry) { self.registry = registry }

    /// The changes after one, and those to come.
    /// - Parameter after: nil for those from now on.
    func reader(after: Int64?) async throws -> LineChannel {
        let newest = try await registry.audit(limit: 1).first?.id ?? 0
        let channel = LineChannel()
        let task = Task { [registry] in
            var last = min(after ?? newest, newest)
            repeat {
                let changes = (try? await registry.audit(limit: Self.most)) ?? []
                for change in changes.reversed() where change.id > last { channel.send(ChangeEvent(change)) }
                last = max(last, changes.first?.id ?? 0)
            } while (try? await Task.sleep(for: Self.pause)) != nil && !channel.isClosed
            channel.end()
        }
        let number = state.withLock { state in
            if state.isStopped { task.cancel() }
            state.last += 1
            state.readers[state.last] = task
            return state.last
        }
        channel.onClose { [self] in
            task.cancel()
            state.withLock { _ = $0.readers.removeValue(forKey: number) }
        }
        return channel
    }

    /// Ends all answers, and those that begin later.
    func stop() {
        let tasks = state.withLock { state in
            state.isStopped = true
            return Array(state.readers.values)
        }
        for task in tasks { task.cancel() }
    }
}
