import Foundation
import Synchronization

@testable import Daemon

/// A computation that goes on, in portions, until it is told to end, and notes what happens to it.
final class HeldWork: Sendable {
    private let mayEnd = Atomic<Bool>(false)
    private let starts = Atomic<Int>(0)
    private let stops = Atomic<Int>(0)

    var started: Int { starts.load(ordering: .acquiring) }
    var stopped: Int { stops.load(ordering: .acquiring) }

    func work(_ background: BackgroundWork) async throws -> Int {
        starts.add(1, ordering: .acquiringAndReleasing)
        do {
            return try await background.inPortions { [self] check in
                while !mayEnd.load(ordering: .acquiring) {
                    try check()
                    Thread.sleep(forTimeInterval: 0.002)
                }
                return 7
            }
        } catch {
            stops.add(1, ordering: .acquiringAndReleasing)
            throw error
        }
    }

    /// Computes without portions.
    func hold() -> Int {
        starts.add(1, ordering: .acquiringAndReleasing)
        while !mayEnd.load(ordering: .acquiring) { Thread.sleep(forTimeInterval: 0.002) }
        return 7
    }

    func end() { mayEnd.store(true, ordering: .releasing) }
}

/// How often something has happened.
final class HappenedCount: Sendable {
    private let count = Atomic<Int>(0)

    var value: Int { count.load(ordering: .acquiring) }

    func add() { count.add(1, ordering: .acquiringAndReleasing) }
}
