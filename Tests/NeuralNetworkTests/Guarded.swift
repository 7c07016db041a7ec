@testable import NeuralNetwork

/// Floats between margins of NaN: a loop that reads outside of its operand gives NaN, and one that writes outside changes
/// the margin.
final class Guarded {
    private static let margin = 64
    private static let mark: UInt32 = 0x7FC0_5A5A

    private let buffer: AlignedBuffer
    let count: Int

    /// - Parameter count: floats that are all marked until something is stored.
    init(count: Int) {
        self.count = count
        buffer = AlignedBuffer(count: count + 2 * Self.margin)
        for index in 0..<buffer.count { buffer.base[index] = Float(bitPattern: Self.mark) }
    }

    convenience init(_ values: [Float]) {
        self.init(count: values.count)
        for (index, value) in values.enumerated() { base[index] = value }
    }

    var base: UnsafeMutablePointer<Float> { buffer.base + Self.margin }
    var values: [Float] { (0..<count).map { base[$0] } }

    /// Whether everything from `first` on, and what lies before the floats, is as it was.
    func isUntouched(from first: Int) -> Bool {
        let end = count + Self.margin
        return (-Self.margin..<0).allSatisfy(isMarked) && (first..<end).allSatisfy(isMarked)
    }

    /// Whether nothing was stored at a place.
    func isMarked(_ index: Int) -> Bool { base[index].bitPattern == Self.mark }
}
