/// Places for the values of a plan in one block of memory, so that values which are never alive together share it.
struct Arena {
    private struct Place { let offset: Int, size: Int, from: Int, until: Int }

    private var places: [Place] = []
    /// Floats that the block must have.
    private(set) var size = 0

    /// The lowest offset that is free from step `from` to step `until`, both included. Call in order of `from`.
    mutating func place(size wanted: Int, from: Int, until: Int) -> Int {
        let wanted = (wanted + 15) / 16 * 16
        let alive = places.filter { $0.until >= from && $0.from <= until }.sorted { $0.offset < $1.offset }
        var offset = 0
        for place in alive {
            if place.offset >= offset + wanted { break }
            offset = max(offset, place.offset + place.size)
        }
        places.append(Place(offset: offset, size: wanted, from: from, until: until))
        size = max(size, offset + wanted)
        return offset
    }
}
