import Foundation

/// Finds bytes in bytes by the C library's `memchr` and `memcmp`: Foundation's `range(of:)` takes some ten nanoseconds a
/// byte, which is felt in a body of pictures.
enum ByteSearch {
    /// Where `pattern`, which is not empty, first occurs at or after an index of `bytes`.
    static func first(_ pattern: Data, in bytes: Data, from start: Data.Index) -> Range<Data.Index>? {
        let place: Int? = unsafe bytes[start...].withUnsafeBytes { haystack in
            unsafe pattern.withUnsafeBytes { needle in
                guard let base = haystack.baseAddress, let wanted = needle.baseAddress else { return nil }
                // Where the pattern can still begin.
                let last = haystack.count - needle.count
                var place = 0
                while place <= last {
                    guard let found = unsafe memchr(base + place, Int32(needle[0]), last - place + 1) else {
                        return nil
                    }
                    place = unsafe UnsafeRawPointer(found) - base
                    if unsafe memcmp(base + place, wanted, needle.count) == 0 { return place }
                    place += 1
                }
                return nil
            }
        }
        return place.map { start + $0..<start + $0 + pattern.count }
    }
}
