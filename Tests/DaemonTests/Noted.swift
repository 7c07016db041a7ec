import Synchronization

/// What the tasks of a test note, in order.
final class Noted<Value: Sendable>: Sendable {
    private let values = Mutex([Value]())

    var all: [Value] { values.withLock { $0 } }

    func add(_ value: Value) { values.withLock { $0.append(value) } }
}
