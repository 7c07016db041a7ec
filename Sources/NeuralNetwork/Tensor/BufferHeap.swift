import Glibc
import Synchronization

/// The memory of a plan's buffers. It keeps its pages, so that a training step reuses those of the step before: new pages, which the
/// operating system must clear first, cost a fifth of a step's time.
///
/// The heap reserves address space at once, as much as ``MemoryLimit`` allows, and makes it usable from the beginning on, as far as it is
/// needed, in huge pages where the system has them. A request takes the smallest free range that it fits in. Free ranges that touch are
/// joined. The memory goes back to the system with the heap, and the buffers keep a reference to it.
///
/// `@unchecked Sendable`: a mutex guards the state, and no two buffers overlap.
@safe final class BufferHeap: @unchecked Sendable {
    private struct State {
        /// Free bytes below `end`, by address; no two touch.
        var free: [Range<Int>] = []
        /// The end of the bytes that were ever handed out.
        var end = 0
        /// Bytes from the beginning that are usable.
        var usable = 0
    }

    private let start: UnsafeMutableRawPointer
    /// The most bytes that it hands out.
    let reserved: Int
    private let mapping: (base: UnsafeMutableRawPointer, size: Int)
    private let state = Mutex(State())

    private static let hugePage = 2 << 20
    /// Bytes that become usable at a time.
    private static let growth = 8 << 20
    /// Buffers begin on cache lines.
    private static let unit = 64

    /// - Parameter limit: the most bytes that it hands out.
    /// - Throws: `NetworkError` with `outOfMemory` if there is no address space for them.
    init(limit: Int = MemoryLimit.bytes) throws(NetworkError) {
        reserved = Self.roundUp(limit, Self.growth)
        let size = reserved + Self.hugePage
        let base = unsafe mmap(nil, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
        guard let base = unsafe base, unsafe base != MAP_FAILED else { throw Self.outOfMemory(size, limit: limit) }
        unsafe mapping = unsafe (base, size)
        unsafe start = unsafe base + (Self.roundUp(Int(bitPattern: base), Self.hugePage) - Int(bitPattern: base))
        unsafe madvise(start, reserved, MADV_HUGEPAGE)  // where it fails there are small pages
    }

    deinit { unsafe munmap(mapping.base, mapping.size) }

    private static func roundUp(_ value: Int, _ unit: Int) -> Int { (value + unit - 1) / unit * unit }

    /// At least so many bytes, of unknown values.
    /// - Throws: `NetworkError` with `outOfMemory`. The heap stays as it is then.
    func allocate(_ bytes: Int) throws(NetworkError) -> UnsafeMutableRawPointer {
        let size = Self.roundUp(max(bytes, 1), Self.unit)
        let offset = try state.withLock { state throws(NetworkError) in
            let fitting = state.free.indices.filter { state.free[$0].count >= size }
            if let best = fitting.min(by: { state.free[$0].count < state.free[$1].count }) {
                let range = state.free[best]
                if range.count == size {
                    state.free.remove(at: best)
                } else {
                    state.free[best] = range.lowerBound + size..<range.upperBound
                }
                return range.lowerBound
            }
            // None fits: a free range at the end grows.
            let growing = state.free.last.flatMap { $0.upperBound == state.end ? $0 : nil }
            let first = growing?.lowerBound ?? state.end
            try grow(&state, to: first + size)
            if growing != nil { state.free.removeLast() }
            state.end = first + size
            return first
        }
        return unsafe start + offset
    }

    private func grow(_ state: inout State, to end: Int) throws(NetworkError) {
        guard end > state.usable else { return }
        let usable = Self.roundUp(end, Self.growth)
        guard usable <= reserved,
            unsafe mprotect(start + state.usable, usable - state.usable, PROT_READ | PROT_WRITE) == 0
        else { throw Self.outOfMemory(end, limit: reserved) }
        state.usable = usable
    }

    private static func outOfMemory(_ bytes: Int, limit: Int) -> NetworkError {
        func mebibytes(_ bytes: Int) -> String { "\((bytes + 1 << 20 - 1) >> 20) MiB" }
        return NetworkError(
            .outOfMemory,
            "a step needs more than \(mebibytes(bytes)) of memory; this process may use \(mebibytes(limit)) for it")
    }

    /// Takes back what `allocate` gave for so many bytes.
    func free(_ pointer: UnsafeMutableRawPointer, _ bytes: Int) {
        let first = unsafe pointer - start
        var range = first..<first + Self.roundUp(max(bytes, 1), Self.unit)
        state.withLock { state in
            var index = state.free.firstIndex { $0.lowerBound > range.lowerBound } ?? state.free.count
            if index < state.free.count, state.free[index].lowerBound == range.upperBound {
                range = range.lowerBound..<state.free.remove(at: index).upperBound
            }
            if index > 0, state.free[index - 1].upperBound == range.lowerBound {
                index -= 1
                range = state.free.remove(at: index).lowerBound..<range.upperBound
            }
            state.free.insert(range, at: index)
        }
    }
}
