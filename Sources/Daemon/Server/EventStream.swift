import API
import Foundation
import Synchronization

/// Lines of JSON as server-sent events (WHATWG HTML, section 9.2), each with a number as its id.
final class EventStream: LineSource {
    /// What a client asks of a stream.
    struct Wish: Sendable {
        /// The number of the last event that arrived, from the header `Last-Event-ID`; nil for all events.
        var last: Int64?

        /// That of the request that the current task answers; nil if it wants lines.
        @TaskLocal static var current: Wish?

        /// - Parameters:
        ///   - accepted: the header `Accept`.
        ///   - last: the header `Last-Event-ID`.
        /// - Returns: nil unless the client accepts events.
        /// - Throws: `bad_parameter` for an id that no event has.
        init?(accepted: String?, last: String?) throws(APIError) {
            guard let accepted,
                accepted.split(separator: ",").contains(where: { MediaType.essence(String($0)) == MediaType.events })
            else { return nil }
            guard let last, !last.isEmpty else { return }
            guard let number = Int64(last), number >= 0 else {
                throw APIError(.badParameter, "Last-Event-ID is the id of an event, not “\(last)”")
            }
            self.last = number
        }
    }

    private struct State {
        var splitter = LineSplitter()
        var lines: Int64 = 0
        /// What is not sent yet.
        var bytes = Data()
    }

    private let source: any LineSource
    private let last: Int64
    private let number: @Sendable (Data) -> Int64?
    private let state = Mutex(State())

    /// - Parameters:
    ///   - last: events up to this number are left out.
    ///   - number: of a line's event; nil for the line's own number, from 1.
    init(_ source: any LineSource, after last: Int64?, number: @escaping @Sendable (Data) -> Int64?) {
        (self.source, self.last, self.number) = (source, last ?? 0, number)
    }

    func next(maximum: Int) -> LineChunk {
        state.withLock { state in
            while state.bytes.isEmpty {
                switch source.next(maximum: maximum) {
                case .bytes(let bytes): for line in state.splitter.append(bytes) { add(line, to: &state) }
                case .notYet: return .notYet
                case .end: return .end
                }
            }
            let piece = Data(state.bytes.prefix(maximum))
            state.bytes = Data(state.bytes.dropFirst(maximum))
            return .bytes(piece)
        }
    }

    private func add(_ line: Data, to state: inout State) {
        state.lines += 1
        let number = number(line) ?? state.lines
        guard number > last else { return }
        state.bytes += Data("id: \(number)\ndata: ".utf8) + line + Data("\n\n".utf8)
    }

    func onMore(_ wake: @escaping @Sendable () -> Void) { source.onMore(wake) }

    func close() { source.close() }
}
