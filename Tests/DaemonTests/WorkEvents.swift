import API
import Foundation

@testable import Daemon

/// A ``WorkEvent`` with the type of its result.
enum Told<End: Sendable & Equatable>: Equatable {
    case progress(WorkProgress)
    case end(End)
    case error(ErrorCode, String)
}

extension WorkFeed {
    /// Everything that a piece of work tells, to its end.
    func told<End>() async throws -> [Told<End>] {
        var all: [Told<End>] = []
        for await event in events {
            switch event {
            case .progress(let progress): all.append(.progress(progress))
            case .error(let code, let message): all.append(.error(code, message))
            case .end(let value):
                guard let end = value as? End else { throw APIError(.internal, "the result is a \(type(of: value))") }
                all.append(.end(end))
            }
        }
        return all
    }
}
