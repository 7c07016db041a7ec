import API
import Foundation
import Synchronization

/// The events of one job: a file of lines, the last line, which is not in the file, and the readers that wait for more.
final class JobEvents: Sendable {
    private struct State {
        var file: FileHandle?
        var end: Data?
        var listeners: [Int: @Sendable () -> Void] = [:]
        var nextListener = 0
    }

    let path: String
    private let state = Mutex(State())

    /// The events of a job that has not ended.
    init(path: String) { self.path = path }

    /// The events of a job that has ended.
    /// - Parameter end: the last line, which is not in the file.
    convenience init(path: String, end: JobEnd) {
        self.init(path: path)
        finish(end)
    }

    /// Appends a line.
    /// - Parameter line: without a line end.
    /// - Throws: `storage` or `storage_full`; the line is then not in the file.
    func append(_ line: Data) throws(APIError) {
        let listeners = try state.withLock { state throws(APIError) in
            let file: FileHandle = if let open = state.file { open } else { try Self.open(path) }
            state.file = file
            let bytes = line + Data("\n".utf8)
            let count = unsafe bytes.withUnsafeBytes { unsafe write(file.fileDescriptor, $0.baseAddress, $0.count) }
            guard count == bytes.count else {
                let reason = count < 0 ? errno : ENOSPC
                // Opening the file again removes a partial line, which would corrupt the next one.
                state.file = nil
                throw APIError(systemError: reason, "cannot write \(path)")
            }
            return Array(state.listeners.values)
        }
        for listener in listeners { listener() }
    }

    /// Opens the file for appending, and removes the partial line that a killed daemon or a full disk may have left.
    private static func open(_ path: String) throws(APIError) -> FileHandle {
        let descriptor = unsafe Glibc.open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw APIError(systemError: errno, "cannot open \(path)") }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            var length = try file.seekToEnd()
            let start = length > UInt64(LineSplitter.maximumBytes) ? length - UInt64(LineSplitter.maximumBytes) : 0
            try file.seek(toOffset: start)
            let tail = try file.readToEnd() ?? Data()
            length = start + UInt64((tail.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1)
            try file.truncate(atOffset: length)
        } catch { throw APIError(fileError: error, "cannot read \(path)") }
        return file
    }

    /// Lets the readers look for lines that another daemon has written.
    func nudge() { for listener in state.withLock({ Array($0.listeners.values) }) { listener() } }

    /// Ends the events: readers get this line after the last one in the file.
    func finish(_ end: JobEnd) {
        let line = (try? JSON.encode(end)) ?? Data()
        let listeners = state.withLock { state in
            state.end = line + Data("\n".utf8)
            state.file = nil
            return Array(state.listeners.values)
        }
        for listener in listeners { listener() }
    }

    /// A reader that starts at the first event.
    func reader() -> JobEventReader { JobEventReader(events: self) }

    fileprivate var end: Data? { state.withLock(\.end) }

    fileprivate func listen(_ listener: @escaping @Sendable () -> Void) -> Int {
        state.withLock { state in
            state.nextListener += 1
            state.listeners[state.nextListener] = listener
            return state.nextListener
        }
    }

    fileprivate func forget(listener: Int) { state.withLock { _ = $0.listeners.removeValue(forKey: listener) } }
}

/// Reads a job's events from the first to the last, waiting for those to come.
final class JobEventReader: LineSource {
    private struct State {
        var file: FileHandle?
        var end: Data?
        var listener: Int?
    }

    private let events: JobEvents
    private let state = Mutex(State())

    init(events: JobEvents) { self.events = events }

    func next(maximum: Int) -> LineChunk {
        state.withLock { state in
            if let end = state.end {
                // Send the rest of the last line.
                state.end = end.dropFirst(maximum)
                return end.isEmpty ? .end : .bytes(Data(end.prefix(maximum)))
            }
            // Read the end before the file: nothing is appended to the file after the end is set.
            let end = events.end
            state.file = state.file ?? FileHandle(forReadingAtPath: events.path)
            if let bytes = try? state.file?.read(upToCount: maximum), !bytes.isEmpty { return .bytes(bytes) }
            guard let end else { return .notYet }
            state.end = end.dropFirst(maximum)
            return .bytes(end.prefix(maximum))
        }
    }

    func onMore(_ wake: @escaping @Sendable () -> Void) {
        let listener = events.listen(wake)
        state.withLock { $0.listener = listener }
    }

    func close() {
        let listener = state.withLock { state in
            state.file = nil
            return state.listener
        }
        if let listener { events.forget(listener: listener) }
    }
}
