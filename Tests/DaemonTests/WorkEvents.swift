import API
import Foundation

@testable import Daemon

extension LineChannel {
    /// Everything that a piece of work tells, to its end.
    func events<End>() async throws -> [WorkEvent<End>] {
        var bytes = Data()
        for _ in 0..<4000 {
            switch next(maximum: 1 << 20) {
            case .bytes(let more): bytes += more
            case .notYet: try await Task.sleep(for: .milliseconds(5))
            case .end:
                return try bytes.split(separator: UInt8(ascii: "\n")).map {
                    try JSON.decode(WorkEvent<End>.self, from: Data($0))
                }
            }
        }
        throw APIError(.internal, "no end")
    }
}
