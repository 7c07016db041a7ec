import Glibc

/// Growable memory for the rows of a table. It is aligned to cache lines and, above 2 MiB, on large pages, which make a scan faster because
/// fewer addresses must be translated.
///
/// Not `Sendable`: its owner guards it.
@safe final class RowBuffer<Element: BitwiseCopyable> {
    /// The number of elements that there is room for.
    private(set) var capacity: Int
    private(set) var base: UnsafeMutablePointer<Element>

    init(capacity: Int) {
        self.capacity = capacity
        unsafe base = Self.allocate(capacity)
    }

    deinit { unsafe base.deallocate() }

    /// Makes room for more elements and keeps the existing ones.
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
        // This is only advice: a system without large pages uses small ones.
        if isLarge { _ = unsafe madvise(memory, bytes, MADV_HUGEPAGE) }
        return unsafe memory.bindMemory(to: Element.self, capacity: count)
    }
}
