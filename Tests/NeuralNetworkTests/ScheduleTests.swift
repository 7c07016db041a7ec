import TestSupport
import Testing

@testable import NeuralNetwork

/// How images go through a network in portions: the result must not depend on it by a single bit.
@Suite struct ScheduleTests {
    private static let side = 128
    private let graph = SmallNetwork.mobile(side: Self.side)

    private func run(_ count: Int, taps: [String], chunk: Int, threads: Int) throws -> [[Float]] {
        var numbers = Numbers(seed: 20)
        let images = numbers.floats(count * Self.side * Self.side * 3)
        return try InferencePlan(
            graph, weights: graph.randomWeights(seed: 21), taps: taps, chunk: chunk, threads: threads
        ).run(images)
    }

    private func schedule(taps: [String], chunk: Int, threads: Int) -> Schedule {
        let kept = Set(graph.taps.filter { taps.contains($0.name) }.map(\.node))
        return Schedule(
            graph.lowered(for: .inference, keeping: kept), shapes: graph.nodes.map(\.shape), chunk: chunk,
            threads: threads)
    }

    @Test func `this network is cut into portions`() {
        let schedule = schedule(taps: ["head"], chunk: 16, threads: 3)
        #expect(schedule.segments.count >= 2)
        #expect(schedule.segments.first.map { $0.images < 16 } == true)
        let portions = schedule.segments.map(\.images)
        #expect(Set(portions).count >= 2 && portions.allSatisfy { (1...16).contains($0) })
        // Every step once, in order.
        #expect(
            schedule.segments.flatMap { Array($0.steps) } == Array(0..<(schedule.segments.last?.steps.upperBound ?? 0)))
        #expect(
            schedule.segments.last?.steps.upperBound
                == graph.lowered(for: .inference, keeping: [graph.nodes.count - 1]).count)
    }

    @Test(arguments: [(16, 3), (16, 2), (7, 3), (5, 1)])
    func `neither portions nor threads change a bit`(chunk: Int, threads: Int) throws {
        let taps = graph.taps.map(\.name)
        let alone = try run(20, taps: taps, chunk: 1, threads: 1)
        let together = try run(20, taps: taps, chunk: chunk, threads: threads)
        for (index, tap) in taps.enumerated() { #expect(together[index] == alone[index], "tap \(tap)") }
        #expect(alone.allSatisfy { Set($0).count > 20 })
    }

    /// A tap is not a reason to compute further, and a value inside a segment is gone when the segment ends.
    @Test func `taps in the middle of a segment hold their own values`() throws {
        let middle = ["0.dw", "3"]
        let segments = schedule(taps: middle, chunk: 16, threads: 3).segments
        let steps = graph.lowered(
            for: .inference, keeping: Set(graph.taps.filter { middle.contains($0.name) }.map(\.node)))
        let tapped = try #require(graph.taps.first { $0.name == "0.dw" }).node
        let place = try #require(steps.firstIndex { $0.output == tapped })
        let around = try #require(segments.first { $0.steps.contains(place) })
        #expect(around.images < 16 && place > around.steps.lowerBound)
        #expect(place + 1 < around.steps.upperBound)
        let all = try run(20, taps: graph.taps.map(\.name), chunk: 16, threads: 3)
        let some = try run(20, taps: middle, chunk: 16, threads: 3)
        for (index, tap) in middle.enumerated() {
            let whole = try #require(graph.taps.firstIndex { $0.name == tap })
            #expect(some[index] == all[whole], "tap \(tap)")
        }
    }

    @Test(arguments: [1, 2, 3]) func `a batch may be smaller than the number of threads`(count: Int) throws {
        let taps = ["0", "3.dw", "head"]
        #expect(try run(count, taps: taps, chunk: 16, threads: 5) == run(count, taps: taps, chunk: 1, threads: 1))
    }

    /// Values that are alive at a time must not share memory, whatever the portion and the thread.
    @Test(arguments: [(1, 1), (4, 2), (16, 3), (16, 8)]) func `living values lie apart`(chunk: Int, threads: Int) {
        let steps = graph.lowered(for: .inference, keeping: [graph.nodes.count - 1])
        let shapes = graph.nodes.map(\.shape)
        let schedule = Schedule(steps, shapes: shapes, chunk: chunk, threads: threads)
        for segment in schedule.segments {
            for index in segment.steps {
                let written = steps[index].output
                let read = steps[index...].flatMap { [$0.input, $0.residual].compactMap(\.self) }
                let earlier = Set(steps[..<index].map(\.output))
                for other in Set(read) where other != 0 && other != written && earlier.contains(other) {
                    let a = extent(written, segment, schedule, shapes, chunk: chunk, threads: threads)
                    let b = extent(other, segment, schedule, shapes, chunk: chunk, threads: threads)
                    #expect(
                        a.allSatisfy { part in b.allSatisfy { !$0.overlaps(part) } }, "nodes \(written) and \(other)")
                    #expect((a + b).allSatisfy { 0 <= $0.lowerBound && $0.upperBound <= schedule.arenaSize })
                }
            }
        }
    }

    /// The stretches of the arena that a node's values take: all images, or one portion for each thread.
    private func extent(
        _ node: Int, _ segment: Schedule.Segment, _ schedule: Schedule, _ shapes: [Shape], chunk: Int, threads: Int
    ) -> [Range<Int>] {
        let place = schedule.places[node]
        if place.imageStride > 0 { return [place.offset..<place.offset + chunk * place.imageStride] }
        return (0..<(segment.images < chunk ? threads : 1)).map { thread in
            let start = place.start(0..<segment.images, thread: thread)
            return start..<start + segment.images * shapes[node].count
        }
    }
}
