import API

extension Page {
    /// How many entries to read: one more than the page has, which tells whether there is a next one.
    var reads: Int { size + 1 }

    private var size: Int { limit ?? Self.largest }

    /// The number that the page begins after, for a list that is in the order of its entries' numbers; nil for the first page.
    /// - Throws: `bad_parameter`.
    var number: Int64? {
        get throws(APIError) {
            guard let after else { return nil }
            guard let number = Int64(after), number > 0 else { throw Self.foreign(after) }
            return number
        }
    }

    /// The error for a place that no list has named.
    static func foreign(_ after: String) -> APIError {
        APIError(.badParameter, "after must be the “next” of the page before, not “\(after)”")
    }

    /// The page of a list in the order of its entries' numbers.
    /// - Parameter all: the entries from the page's first one; more than ``reads`` of them are of no use.
    func first<Entry>(of all: [Entry], _ number: (Entry) -> Int64) -> (entries: [Entry], next: String?) {
        first(of: all) { String(number($0)) }
    }

    /// The page of a list that is whole, in the order of its entries' names as UTF-8.
    func part<Entry>(of all: [Entry], _ name: (Entry) -> String) -> (entries: [Entry], next: String?) {
        guard let after else { return first(of: all, name) }
        return first(of: all.filter { after.utf8.lexicographicallyPrecedes(name($0).utf8) }, name)
    }

    /// The page of a list that is whole, and whose entries are always the same.
    /// - Throws: `bad_parameter`.
    func part<Entry>(
        ofConstant all: [Entry], _ name: (Entry) -> String
    ) throws(APIError) -> (entries: [Entry], next: String?) {
        guard let after else { return first(of: all, name) }
        guard let place = all.firstIndex(where: { name($0) == after }) else { throw Self.foreign(after) }
        return first(of: Array(all[(place + 1)...]), name)
    }

    func first<Entry>(of rest: [Entry], _ cursor: (Entry) -> String) -> (entries: [Entry], next: String?) {
        let entries = Array(rest.prefix(size))
        return (entries, rest.count > entries.count ? entries.last.map(cursor) : nil)
    }
}
