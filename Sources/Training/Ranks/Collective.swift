public import Foundation

/// The processes that train one network together, the ranks, and what this one exchanges with the others: data-parallel training.
///
/// Every rank makes the same calls in the same order, and all get the same bits. A rank that cannot go on makes ``fail(_:)`` its next call.
/// The call that the others are in, or come to, throws that error, so no rank waits for ever.
public protocol Collective: Sendable {
    /// This process, from 0. Rank 0 alone owns the run's folder, its events and its validation.
    var rank: Int { get }
    /// How many there are.
    var ranks: Int { get }

    /// The sums of each rank's numbers, of which there are at most ``mostNumbers``.
    /// - Throws: ``TrainingError`` of the first rank that failed, with the rank and its machine.
    func sum(_ numbers: [Double]) throws(TrainingError) -> [Double]

    /// Replaces each float by its sum over the ranks.
    /// - Precondition: ``sum(_:)`` was the call before, and did not throw. So every rank is here.
    func sum(inPlace values: inout MutableSpan<Float>)

    /// Each rank's bytes, by rank.
    /// - Throws: ``TrainingError``, as ``sum(_:)`` does.
    func gather(_ bytes: Data) throws(TrainingError) -> [Data]

    /// Rank 0's bytes.
    /// - Parameter bytes: only those of rank 0 count.
    /// - Throws: ``TrainingError``, as ``sum(_:)`` does.
    func share(_ bytes: Data) throws(TrainingError) -> Data

    /// Tells the other ranks why this one ends. After an error that one of the calls above has thrown, it does nothing: every rank knows it.
    func fail(_ error: TrainingError)
}

/// A training in one process.
public struct SoloCollective: Collective {
    public let rank = 0
    public let ranks = 1

    public init() {}

    public func sum(_ numbers: [Double]) -> [Double] { numbers }

    public func sum(inPlace values: inout MutableSpan<Float>) {}

    public func gather(_ bytes: Data) -> [Data] { [bytes] }

    public func share(_ bytes: Data) -> Data { bytes }

    public func fail(_ error: TrainingError) {}
}

extension Collective {
    /// How many numbers ``sum(_:)`` takes.
    public static var mostNumbers: Int { 7 }

    /// Whether it is so on any rank.
    func any(_ condition: Bool) throws(TrainingError) -> Bool { try sum([condition ? 1 : 0])[0] > 0 }

    /// Each rank's value, by rank.
    public func gather<T: Codable>(values value: T) throws(TrainingError) -> [T] {
        if ranks == 1 { return [value] }
        var values: [T] = []
        for bytes in try gather(Self.encoded(value)) { values.append(Self.decoded(T.self, bytes)) }
        return values
    }

    /// Rank 0's value.
    /// - Parameter value: nil on the other ranks.
    func share<T: Codable>(value: T?) throws(TrainingError) -> T {
        guard rank == 0 else { return Self.decoded(T.self, try share(Data())) }
        guard let value else { preconditionFailure("rank 0 has the value") }
        if ranks > 1 { _ = try share(Self.encoded(value)) }
        return value
    }

    private static func encoded(_ value: some Encodable) -> Data {
        guard let bytes = try? JSONEncoder().encode(value) else {
            preconditionFailure("the value is always valid JSON")
        }
        return bytes
    }

    private static func decoded<T: Decodable>(_ type: T.Type, _ bytes: Data) -> T {
        guard let value = try? JSONDecoder().decode(type, from: bytes) else {
            preconditionFailure("ranks of one version send each other no \(type) that they cannot read")
        }
        return value
    }
}
