import Foundation
import Registry
import Testing

@testable import Daemon

/// Requests that no longer want an answer of a computation that they share.
@Suite(.serialized) struct SharedWorkLeavingTests {
    /// Neither the turn nor the end of a portion is waited for.
    @Test func `who leaves waits no longer`() async throws {
        let (work, held, left) = (SharedWork("test"), HeldWork(), HappenedCount())
        let one = Task { try await work("a") { _ in try await held.work(work.background) } }
        try await SharedWorkTests.until { held.started == 1 }
        let others = ["a", "b"].map { question in
            Task {
                defer { left.add() }
                return try await work(question) { _ in try await held.work(work.background) }
            }
        }
        try await SharedWorkTests.until { work.figures == (2, 3) }
        for other in others { other.cancel() }
        // The one before still computes.
        try await SharedWorkTests.until { left.value == 2 }
        #expect(work.figures == (1, 1))
        held.end()
        for other in others { await #expect(throws: RegistryError.self) { try await other.value } }
        #expect(try await one.value == 7 && held.started == 1)
    }

    /// Work that changes what is stored cannot be given up from there on, and never changes anything after it was given up.
    @Test func `what is committed is not left, and what was left is not committed`() async throws {
        let (work, committed) = (SharedWork("test"), HappenedCount())
        for commitsFirst in [true, false] {
            let held = HeldWork()
            let asker = Task {
                try await work("a") { _ in
                    if commitsFirst { try SharedWork.commit() }
                    let value = try await work.background { held.hold() }
                    if !commitsFirst { try SharedWork.commit() }
                    committed.add()
                    return value
                }
            }
            try await SharedWorkTests.until { held.started == 1 }
            asker.cancel()
            try await Task.sleep(for: .milliseconds(50))
            #expect(work.figures == (commitsFirst ? (1, 1) : (0, 0)))
            held.end()
            if commitsFirst {
                #expect(try await asker.value == 7)
            } else {
                await #expect(throws: RegistryError.self) { try await asker.value }
            }
            // Its turn is over when the next one has had its own.
            _ = try await work("next") { _ in 1 }
            #expect(committed.value == 1)
        }
        // Elsewhere there is nothing to commit.
        try SharedWork.commit()
    }
}
