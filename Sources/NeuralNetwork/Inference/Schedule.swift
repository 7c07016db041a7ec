/// How the images of a chunk go through a plan's steps in portions, and where in the arena their values lie.
///
/// The early steps of a network have large images and few weights. A few images go through several of them before the next images
/// follow, so that one step's result is still in the cache when the next step reads it. The late steps have small images and many weights. All
/// images of the chunk go through them together, so that each weight is read from memory once.
struct Schedule {
    /// Consecutive steps that a portion of images goes through before the next portion starts.
    struct Segment: Equatable {
        var steps: Range<Int>
        /// Images of a portion.
        let images: Int
    }

    /// Where a value lies.
    struct Place {
        /// Of its first float.
        var offset = 0
        /// Floats from one image to the next where all images of the chunk are kept; 0 where every portion takes the place of the
        /// portion before.
        var imageStride = 0
        /// Floats from one thread's portion to the next thread's, where portions take each other's place.
        var threadStride = 0

        /// The first float of a portion's images.
        func start(_ portion: Range<Int>, thread: Int) -> Int {
            offset + imageStride * portion.lowerBound + threadStride * thread
        }
    }

    let segments: [Segment]
    /// By node. The place of the network's input means nothing: the caller has it.
    let places: [Place]
    /// Floats that the arena must have.
    let arenaSize: Int

    /// Bytes for each thread that the values of one step take for all images of a portion, if possible: measured fastest.
    private static let portionBytes = 1 << 20

    /// A portion's values must have at least so many times the bytes of the weights, which are read again for every portion.
    private static let weightTrips = 16

    /// Neighboring segments are joined, with the smaller portion, where their portions differ by this factor at most.
    private static let joinedRatio = 4

    /// - Parameters:
    ///   - steps: in order.
    ///   - shapes: of every node.
    ///   - chunk: images that go through the plan at once.
    init(_ steps: [FusedStep], shapes: [Shape], chunk: Int, threads: Int) {
        var lastUse: [Int: Int] = [:]
        for (index, step) in steps.enumerated() {
            for node in [step.input, step.residual, step.output].compactMap(\.self) { lastUse[node] = index }
        }
        segments = Self.segments(steps, shapes, chunk, lastUse, portionBytes: Self.portionBytes * threads)
        var arena = Arena()
        var places = [Place](repeating: Place(), count: shapes.count)
        for segment in segments {
            // Threads are at different steps at the same time, so each has its own arena for the values that only this segment uses.
            var own = Arena()
            var passing: [Int] = []
            for index in segment.steps {
                let node = steps[index].output
                // An earlier step of the same concatenation gave it a place.
                guard steps[..<index].allSatisfy({ $0.output != node }) else { continue }
                let count = shapes[node].count
                let last = lastUse[node] ?? index
                if segment.steps.contains(last) {
                    places[node].offset = own.place(size: count * segment.images, from: index, until: last)
                    passing.append(node)
                } else {
                    // A later segment reads it, so all images are kept. They are kept from this segment's first step on: the first portion's
                    // result must survive while the last portion goes through the segment.
                    places[node].imageStride = count
                    places[node].offset = arena.place(
                        size: count * chunk, from: segment.steps.lowerBound, until: Self.segmentEnd(last, segments))
                }
            }
            let first = arena.place(
                size: own.size * (segment.images < chunk ? threads : 1), from: segment.steps.lowerBound,
                until: segment.steps.upperBound - 1)
            for node in passing {
                places[node].offset += first
                places[node].threadStride = own.size
            }
        }
        self.places = places
        arenaSize = arena.size
    }

    private static func segmentEnd(_ step: Int, _ segments: [Segment]) -> Int {
        segments.first { $0.steps.contains(step) }.map { $0.steps.upperBound - 1 } ?? step
    }

    /// Cuts the steps wherever later steps read a single value of the earlier ones. Joins neighbors that want portions of similar sizes, since
    /// at a cut the value goes through memory.
    private static func segments(
        _ steps: [FusedStep], _ shapes: [Shape], _ chunk: Int, _ lastUse: [Int: Int], portionBytes: Int
    ) -> [Segment] {
        var segments: [(steps: Range<Int>, fewest: Int, most: Int)] = []
        var start = 0
        var wanted = chunk
        for (index, step) in steps.enumerated() {
            wanted = min(wanted, images(step, shapes, chunk, portionBytes))
            // Values so far that a later step reads.
            let going = Set([0] + steps[...index].map(\.output)).count { lastUse[$0] ?? -1 > index }
            guard going <= 1 else { continue }
            if let last = segments.last, max(last.most, wanted) <= joinedRatio * min(last.fewest, wanted) {
                segments[segments.count - 1] = (
                    last.steps.lowerBound..<index + 1, min(last.fewest, wanted), max(last.most, wanted)
                )
            } else {
                segments.append((start..<index + 1, wanted, wanted))
            }
            (start, wanted) = (index + 1, chunk)
        }
        return segments.map { Segment(steps: $0.steps, images: $0.fewest) }
    }

    /// How many images should go through a step at once.
    private static func images(_ step: FusedStep, _ shapes: [Shape], _ chunk: Int, _ portionBytes: Int) -> Int {
        let values = [step.input, step.output] + (step.residual.map { [$0] } ?? [])
        let bytes = values.reduce(0) { $0 + shapes[$1].count } * MemoryLayout<Float>.stride
        let fewest = (weightTrips * weightBytes(step, shapes) + bytes - 1) / bytes
        var images = chunk
        while images / 2 >= max(fewest, 1), images * bytes > portionBytes { images /= 2 }
        return images
    }

    private static func weightBytes(_ step: FusedStep, _ shapes: [Shape]) -> Int {
        let inputs = shapes[step.input].channels
        var expansion = 0
        if case .step(let first) = step.expansion, case .convolution(let c) = first.kind {
            expansion = inputs * c.channels
        }
        let floats =
            switch step.kind {
            case .convolution(let c): c.kernel.taps * (c.depthwise ? 1 : inputs) * c.channels
            case .squeezeExcite(let reduced): 2 * reduced * inputs
            case .pool, .elementwise, .concatenate, .upsample, .copy: 0
            }
        return (floats + expansion) * MemoryLayout<Float>.stride
    }
}
