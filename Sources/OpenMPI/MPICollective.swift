import CMPI
public import Foundation
import Synchronization
public import Training

/// The ranks that `mpirun` has started. Every rank is one of its processes.
///
/// Each call begins with a sum of ``Training/Collective/mostNumbers`` + 1 numbers, of which the first says how many ranks have failed. So a
/// rank that fails meets the others in whichever call they are.
///
/// The calls of one process follow each other, from any threads: MPI is initialized for that.
public final class MPICollective: Collective {
    public let rank, ranks: Int
    /// Whether a rank has failed, after which no rank trains on.
    private let hasFailed = Atomic(false)

    /// The most bytes in a message: MPI counts with 32 bits.
    private static let portion = 1 << 30

    /// Initializes MPI, once in a process.
    /// - Throws: ``Training/TrainingError`` with `badInput` if the library cannot be called from several threads.
    public init() throws(TrainingError) {
        let isUsable = cmpi_initialize() != 0
        (rank, ranks) = (Int(cmpi_rank()), Int(cmpi_ranks()))
        guard isUsable else {
            throw TrainingError(
                .badInput, "this Open MPI was built without threads. Install one with MPI_THREAD_SERIALIZED.")
        }
    }

    public func sum(_ numbers: [Double]) throws(TrainingError) -> [Double] {
        let sums = exchange(failed: false, numbers)
        if sums[0] > 0 { throw failure(own: nil) }
        return Array(sums[1..<1 + numbers.count])
    }

    public func sum(inPlace values: inout MutableSpan<Float>) {
        precondition(values.count <= Int(Int32.max), "MPI counts with 32 bits")
        unsafe values.withUnsafeMutableBufferPointer { unsafe cmpi_sum_floats($0.baseAddress, Int32($0.count)) }
    }

    public func gather(_ bytes: Data) throws(TrainingError) -> [Data] {
        _ = try sum([])
        return gatherAfterMeeting(bytes)
    }

    public func share(_ bytes: Data) throws(TrainingError) -> Data {
        _ = try sum([])
        var count = CLongLong(bytes.count)
        unsafe cmpi_share_count(&count)
        var shared = rank == 0 ? bytes : Data(count: Int(count))
        unsafe shared.withUnsafeMutableBytes { buffer in
            for start in stride(from: 0, to: buffer.count, by: Self.portion) {
                let part = min(Self.portion, buffer.count - start)
                unsafe cmpi_share(buffer.baseAddress.map { unsafe $0 + start }, Int32(part))
            }
        }
        return shared
    }

    public func fail(_ error: TrainingError) {
        if hasFailed.load(ordering: .relaxed) { return }
        _ = exchange(failed: true, [])
        _ = failure(own: error)
    }

    /// Waits until every rank is done with its work, and ends MPI.
    /// - Parameter status: the exit status of this rank.
    /// - Returns: rank 0's, for all.
    public func end(status: Int32) -> Int32 {
        var status = CLongLong(status)
        unsafe cmpi_share_count(&status)
        cmpi_finalize()
        return Int32(status)
    }

    private func exchange(failed: Bool, _ numbers: [Double]) -> [Double] {
        precondition(numbers.count <= Self.mostNumbers, "\(numbers.count) numbers are too many")
        var values = [failed ? 1 : 0] + numbers
        values += [Double](repeating: 0, count: 1 + Self.mostNumbers - values.count)
        unsafe cmpi_sum_doubles(&values, Int32(values.count))
        return values
    }

    private struct Report: Codable {
        let host: String
        let code: String
        let message: String
    }

    /// The error of the first rank that failed, once every rank knows that one did.
    private func failure(own error: TrainingError?) -> TrainingError {
        hasFailed.store(true, ordering: .relaxed)
        let own = error.map {
            Report(host: ProcessInfo.processInfo.hostName, code: $0.code.rawValue, message: $0.message)
        }
        let reports = gatherAfterMeeting(own.flatMap { try? JSONEncoder().encode($0) } ?? Data())
        for (rank, bytes) in reports.enumerated() where !bytes.isEmpty {
            guard let report = try? JSONDecoder().decode(Report.self, from: bytes),
                let code = TrainingError.Code(rawValue: report.code)
            else { continue }
            return TrainingError(code, "rank \(rank) on \(report.host): \(report.message)")
        }
        preconditionFailure("a rank that fails says why")
    }

    private func gatherAfterMeeting(_ bytes: Data) -> [Data] {
        var counts = [Int32](repeating: 0, count: ranks)
        unsafe cmpi_gather_counts(Int32(bytes.count), &counts)
        let starts = counts.reduce(into: [Int32(0)]) { $0.append($0[$0.count - 1] + $1) }
        var all = Data(count: Int(starts[ranks]))
        unsafe all.withUnsafeMutableBytes { all in
            unsafe bytes.withUnsafeBytes { own in
                unsafe cmpi_gather_bytes(own.baseAddress, Int32(own.count), all.baseAddress, counts, starts)
            }
        }
        return (0..<ranks).map { all[Int(starts[$0])..<Int(starts[$0 + 1])] }
    }
}
