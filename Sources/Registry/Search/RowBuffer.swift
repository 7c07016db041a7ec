import Glibc

/// Memory for the rows of a table, which grows: aligned to cache lines, and where there is much of it on large pages, so that a scan
/// is not slowed by translating addresses.
///
/// Not `Sendable`: whoever owns it guards it.
@safe final class RowBuffer<Element: BitwiseCopyable> {
    /// Elements that there is room for.
    private(set) var capacity: Int
    private(set) var base: UnsafeMutablePointer<Element>

    init(capacity: Int) {
        self.capacity = capacity
        unsafe base = Self.allocate(capacity)
    }

    deinit { unsafe base.deallocate() }

    /// Makes room for more and keeps what is there.
    func grow(to larger: Int) {
        guard larger > capacity else { return }
        let moved = unsafe Self.allocate(larger)
        unsafe moved.update(from: base, count: capacity)
        unsafe base.deallocate()
        unsafe base = unsafe moved
        capacity = larger
    }

    private static func allocate(_ count: Int) -> UnsafeMutablePointer<Element> {
        let largePage = 1 << 21
        let bytes = count * MemoryLayout<Element>.stride
        let isLarge = bytes >= largePage
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: isLarge ? largePage : 64)
        // Advice alone: where the system has no large pages, the small ones do.
        if isLarge { _ = unsafe madvise(memory, bytes, MADV_HUGEPAGE) }
        return unsafe memory.bindMemory(to: Element.self, capacity: count)
    }
}
