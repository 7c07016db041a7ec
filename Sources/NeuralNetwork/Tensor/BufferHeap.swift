import Glibc
import Synchronization

/// The memory of a plan's buffers. It keeps its pages, so that a training step reuses those of the step before: new pages, which the
/// operating system must clear first, cost a fifth of a step's time.
///
/// The heap reserves address space of the size of the machine's memory at once and makes it usable from the beginning on, as far as it is
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
    private let reserved: Int
    private let mapping: (base: UnsafeMutableRawPointer, size: Int)
    private let state = Mutex(State())

    private static let hugePage = 2 << 20
    /// Bytes that become usable at a time.
    private static let growth = 8 << 20
    /// Buffers begin on cache lines.
    private static let unit = 64

    init() {
        let memory = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
        reserved = Self.roundUp(memory, Self.growth)
        let size = reserved + Self.hugePage
        let base = unsafe mmap(nil, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
        guard let base = unsafe base, unsafe base != MAP_FAILED else { fatalError("no address space of \(size) bytes") }
        unsafe mapping = unsafe (base, size)
        unsafe start = unsafe base + (Self.roundUp(Int(bitPattern: base), Self.hugePage) - Int(bitPattern: base))
        unsafe madvise(start, reserved, MADV_HUGEPAGE)  // where it fails there are small pages
    }

    deinit { unsafe munmap(mapping.base, mapping.size) }

    private static func roundUp(_ value: Int, _ unit: Int) -> Int { (value + unit - 1) / unit * unit }

    /// At least so many bytes, of unknown values.
    func allocate(_ bytes: Int) -> UnsafeMutableRawPointer {
        let size = Self.roundUp(max(bytes, 1), Self.unit)
        let offset = state.withLock { state in
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
            var first = state.end
            if let last = state.free.last, last.upperBound == first { first = state.free.removeLast().lowerBound }
            grow(&state, to: first + size)
            return first
        }
        return unsafe start + offset
    }

    private func grow(_ state: inout State, to end: Int) {
        state.end = end
        guard end > state.usable else { return }
        let usable = Self.roundUp(end, Self.growth)
        guard usable <= reserved,
            unsafe mprotect(start + state.usable, usable - state.usable, PROT_READ | PROT_WRITE) == 0
        else { fatalError("\(end) bytes of buffers are more than this machine's memory") }
        state.usable = usable
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
