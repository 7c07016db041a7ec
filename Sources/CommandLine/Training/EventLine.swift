import Foundation

/// Where a long work's events are told: a line that moves and lines above it on a terminal, JSON lines on anything else.
struct EventLine {
    let console: Console
    /// Whether events are printed as JSON.
    let isJSON: Bool
    private var drawn = ContinuousClock.now - .seconds(1)
    private var hasLine = false

    /// Progress is told apart by so much at least; the other events are told always.
    private static let pause = Duration.milliseconds(200)

    init(_ console: Console, asJSON: Bool) {
        self.console = console
        isJSON = asJSON || !console.isReadByPerson
    }

    /// Whether progress is to be told again.
    /// - Parameter isLast: of its kind, and so told always.
    mutating func isDue(isLast: Bool = false) -> Bool {
        let now = ContinuousClock.now
        guard isLast || now - drawn > Self.pause else { return false }
        drawn = now
        return true
    }

    /// Replaces the line that moves.
    mutating func draw(_ text: String) {
        console.draw(text)
        hasLine = true
    }

    /// Leaves the line that moves.
    mutating func end() {
        if hasLine { console.draw("") }
        hasLine = false
    }

    /// An event as a line of JSON.
    func print(_ event: some Encodable) {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let line = try? encoder.encode(event) else { preconditionFailure("an event holds finite numbers only") }
        console.print(String(decoding: line, as: UTF8.self))
    }

    /// How much is done, in so many cells.
    static func bar(_ done: Int, of total: Int, width: Int) -> String {
        let filled = width * done / max(total, 1)
        return String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
    }
}
