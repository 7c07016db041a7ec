import Foundation

/// Prints the events of long work: on a terminal a line that moves and lines above it, elsewhere JSON lines.
struct EventLine {
    let console: Console
    /// Whether events are printed as JSON.
    let isJSON: Bool
    private var drawn = ContinuousClock.now - .seconds(1)
    private var hasLine = false

    /// The shortest time between two lines of progress. Other events are always printed.
    private static let pause = Duration.milliseconds(200)

    init(_ console: Console, asJSON: Bool) {
        self.console = console
        isJSON = asJSON || !console.isReadByPerson
    }

    /// Whether to print progress again.
    /// - Parameter isLast: whether it is the last of its kind, which is always printed.
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
        console.print(exact: Visible.json(String(decoding: line, as: UTF8.self)))
    }
}
