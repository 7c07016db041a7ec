/// What the ranks of a training sum in a step, in one piece of memory: the gradients of all trainable parameters, and after them a copy
/// of the batch norms' running statistics.
///
/// The gradients live here, so that nothing is copied for them. A parameter's part begins at an aligned address; the gaps stay 0.
public final class StepBuffer {
    private let buffer: AlignedBuffer
    private let statistics: [(parameter: Parameter, place: AlignedBuffer)]

    /// Moves the gradients into the buffer.
    /// - Parameters:
    ///   - parameters: those that an optimizer changes. Frozen ones have no part.
    ///   - statistics: the running statistics that training changes.
    public init(_ parameters: [Parameter], statistics: [Parameter]) {
        let trainable = parameters.filter(\.isTrainable)
        var count = 0
        let starts = (trainable + statistics).map { parameter in
            defer { count += Self.padded(parameter.value.count) }
            return count
        }
        let buffer = AlignedBuffer(zeros: count)
        let places = zip(trainable + statistics, starts).map { parameter, start in
            (parameter, place: AlignedBuffer(partOf: buffer, at: start, count: parameter.value.count))
        }
        for (parameter, place) in places.prefix(trainable.count) { parameter.moveGradient(to: place) }
        self.buffer = buffer
        self.statistics = places.dropFirst(trainable.count).map { ($0, $1) }
    }

    /// The floats in the buffer, gaps included.
    public var count: Int { buffer.count }

    /// Replaces gradients and running statistics by their means over the ranks.
    ///
    /// Each rank's batch norms follow its own batches, from the same statistics. So the mean of the ranks' statistics follows the mean of
    /// their batches' statistics.
    /// - Parameter sum: replaces each float by its sum over all ranks, with the same bits on each.
    /// - Throws: what `sum` throws. Gradients and statistics are not to be used then.
    public func average<E: Error>(
        over ranks: Int, sum: (inout MutableSpan<Float>) throws(E) -> Void
    ) throws(E) {
        for (parameter, place) in statistics {
            unsafe place.base.update(from: parameter.value.base, count: place.count)
        }
        let memory = unsafe UnsafeMutableBufferPointer(start: buffer.base, count: buffer.count)
        var floats = unsafe memory.mutableSpan
        try sum(&floats)
        let ranks = Float(ranks)
        for index in 0..<buffer.count { unsafe buffer.base[index] /= ranks }
        for (parameter, place) in statistics {
            unsafe parameter.value.base.update(from: place.base, count: place.count)
        }
    }

    private static func padded(_ count: Int) -> Int {
        (count + AlignedBuffer.alignment - 1) / AlignedBuffer.alignment * AlignedBuffer.alignment
    }
}
