/// Keeps the rows with the smallest keys of all that are offered, in a heap with the largest kept key on top.
struct SmallestKeys {
    let capacity: Int
    private(set) var entries: [(key: Float, row: Int)] = []

    /// - Parameter capacity: how many to keep, positive.
    init(capacity: Int) {
        precondition(capacity > 0, "nothing to keep")
        self.capacity = capacity
        entries.reserveCapacity(capacity)
    }

    /// The largest key kept, or infinity while there is room.
    var bound: Float { entries.count < capacity ? .infinity : entries[0].key }

    mutating func offer(_ key: Float, row: Int) {
        if entries.count < capacity {
            entries.append((key, row))
            siftUp(entries.count - 1)
        } else if key < entries[0].key {
            entries[0] = (key, row)
            siftDown(0)
        }
    }

    private mutating func siftUp(_ start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard entries[child].key > entries[parent].key else { return }
            entries.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func siftDown(_ start: Int) {
        var parent = start
        while true {
            var largest = 2 * parent + 1
            guard largest < entries.count else { return }
            if largest + 1 < entries.count, entries[largest + 1].key > entries[largest].key { largest += 1 }
            guard entries[largest].key > entries[parent].key else { return }
            entries.swapAt(largest, parent)
            parent = largest
        }
    }
}
