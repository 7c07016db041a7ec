import CKernels
import Randomness

/// A fixed random rotation of vectors, by four rounds of random signs, butterflies and a random order: n log n operations instead of n².
///
/// It spreads any vector evenly over all coordinates. Each round adds and subtracts values at distances of 8, 16 and 32, which makes every
/// value a sum of eight; four rounds mix 4096. Source of the idea: Ailon and Chazelle, "The fast
/// Johnson–Lindenstrauss transform", SIAM Journal on Computing 39, 2009.
struct RandomRotation: Sendable {
    private static let rounds = 4
    private static let chunk = 64

    /// The number of values of a rotated vector: the vector's own, rounded up to whole chunks.
    let width: Int
    /// For each round and value: ±8^−½, which keeps the vector's length.
    private let signs: [Float]
    /// For each round and value: the index that the value comes from.
    private let order: [Int32]
    private let instructionSet: InstructionSet

    init(dimensions: Int, instructionSet: InstructionSet) {
        let width = (dimensions + RandomRotation.chunk - 1) / RandomRotation.chunk * RandomRotation.chunk
        var random = SplitMix64(seed: 0x5EED)
        var (signs, order): ([Float], [Int32]) = ([], [])
        for _ in 0..<RandomRotation.rounds {
            signs += (0..<width).map { _ in (random.chance(0.5) ? 1 : -1) * Float(0.125).squareRoot() }
            order += (0..<Int32(width)).shuffled(using: &random)
        }
        self.width = width
        self.signs = signs
        self.order = order
        self.instructionSet = instructionSet
    }

    /// Rotates a vector of `width` values.
    func callAsFunction(_ vector: [Float]) -> [Float] {
        precondition(vector.count == width, "a vector of \(vector.count) instead of \(width) values")
        var (values, mixed) = (vector, vector)
        unsafe signs.withUnsafeBufferPointer { signs in
            unsafe order.withUnsafeBufferPointer { order in
                guard let signs = signs.baseAddress, let order = order.baseAddress else { return }
                for round in 0..<RandomRotation.rounds {
                    let start = round * width
                    unsafe instructionSet.loops.rotate(Int64(width), signs + start, order + start, &values, &mixed)
                    swap(&values, &mixed)
                }
            }
        }
        return values
    }
}
