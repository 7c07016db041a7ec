import API
import Foundation
import TestSupport
import Testing

@testable import Registry

/// 100,000 characters of width 640. Set ANIWHO_SCALE_TESTS to run it; it writes about a gigabyte and prints its timings.
@Suite(
    .serialized,
    .enabled(if: ProcessInfo.processInfo.environment["ANIWHO_SCALE_TESTS"] != nil, "runs if ANIWHO_SCALE_TESTS is set"))
struct ScaleTests {
    private static let count = 100_000
    private static let dimensions = 640

    private static func milliseconds(_ body: () throws -> Void) rethrows -> Double {
        let start = ContinuousClock.now
        try body()
        return (ContinuousClock.now - start) / .milliseconds(1)
    }

    @Test func searchAddsAtMostThirtyMilliseconds() async throws {
        let scratch = try ScratchDirectory()
        var registry = try await Registry.scratch(scratch, dimensions: Self.dimensions)
        try await registry.enroll(characters: Self.count) { number in
            var numbers = Numbers(seed: UInt64(number))
            return (0...number % 2).map { newImage(2 * number + $0, numbers.floats(Self.dimensions), bytes: 64) }
        }
        await registry.close()

        let start = ContinuousClock.now
        registry = try await Registry.open(
            directory: scratch.data, database: try TestDatabase.address(for: scratch.data))
        let load = (ContinuousClock.now - start) / .milliseconds(1)
        var numbers = Numbers(seed: 77)
        for queryCount in [1, 2, 4, 8, 32] {
            let queries = (0..<queryCount).map { _ in numbers.floats(Self.dimensions) }
            var times: [Double] = []
            for _ in 0..<20 {
                times.append(
                    try Self.milliseconds {
                        _ = try registry.search(queries: queries, model: modelA, top: 10, temperature: 1)
                    })
            }
            let median = times.sorted()[times.count / 2]
            print(
                "search of \(queryCount) among \(Self.count)×\(Self.dimensions): median \(median) ms, worst \(times.max() ?? 0)"
            )
            // The goal for one query is 30 ms on two idle cores; a test must bear a busy machine.
            if queryCount == 1 { #expect(median < 90) }
        }
        print("open with \(Self.count) prototypes: \(load) ms")
        #expect(load < 6000)
        let vector = numbers.floats(Self.dimensions)
        let enroll = ContinuousClock.now
        _ = try await registry.enroll(character: "new", images: [newImage(1, vector)], model: modelA)
        print("enrol one more: \((ContinuousClock.now - enroll) / .milliseconds(1)) ms")
        let rebuild = ContinuousClock.now
        let page = try await registry.characters(after: "character 50000", limit: 100)
        print("a page of 100 characters: \((ContinuousClock.now - rebuild) / .milliseconds(1)) ms")
        #expect(page.count == 100)
        print("counts: \(try await registry.counts())")
        await registry.close()
    }
}
