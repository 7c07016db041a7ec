import Dispatch

/// Long computations, one at a time, off the threads that requests share.
struct BackgroundWork: Sendable {
    private let queue: DispatchQueue

    init(_ label: String, qos: DispatchQoS = .userInitiated) { queue = DispatchQueue(label: label, qos: qos) }

    func callAsFunction<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try work() }) }
        }
    }
}
