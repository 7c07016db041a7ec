import API
import Foundation
import Synchronization

/// The events of one job: a file of lines, the line that ends them, and who waits for more.
final class JobEvents: Sendable {
    private struct State {
        var file: FileHandle?
        var end: Data?
        var listeners: [Int: @Sendable () -> Void] = [:]
        var nextListener = 0
    }

    let path: String
    private let state = Mutex(State())

    /// The events of a job that may tell more.
    init(path: String) { self.path = path }

    /// The events of a job that tells no more.
    /// - Parameter end: the last line, which is not in the file.
    convenience init(path: String, end: JobEnd) {
        self.init(path: path)
        finish(end)
    }

    /// Adds a line, which holds no line end.
    /// - Throws: `storage` or `storage_full`; the file is then as before.
    func append(_ line: Data) throws(APIError) {
        let listeners = try state.withLock { state throws(APIError) in
            let file: FileHandle = if let open = state.file { open } else { try Self.open(path) }
            state.file = file
            let bytes = line + Data("\n".utf8)
            let count = unsafe bytes.withUnsafeBytes { unsafe write(file.fileDescriptor, $0.baseAddress, $0.count) }
            guard count == bytes.count else {
                let reason = count < 0 ? errno : ENOSPC
                // Half a line would spoil the next one: it is removed when the file is opened again.
                state.file = nil
                throw APIError(systemError: reason, "\(path) cannot be written")
            }
            return Array(state.listeners.values)
        }
        for listener in listeners { listener() }
    }

    /// Opens the file to add to it, and removes the half line that a killed daemon or a full disk has left.
    private static func open(_ path: String) throws(APIError) -> FileHandle {
        let descriptor = unsafe Glibc.open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw APIError(systemError: errno, "\(path) cannot be opened") }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            var length = try file.seekToEnd()
            let start = length > UInt64(LineSplitter.maximumBytes) ? length - UInt64(LineSplitter.maximumBytes) : 0
            try file.seek(toOffset: start)
            let tail = try file.readToEnd() ?? Data()
            length = start + UInt64((tail.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1)
            try file.truncate(atOffset: length)
        } catch { throw APIError(fileError: error, "\(path) cannot be read") }
        return file
    }

    /// Ends the events: who reads them gets this line after the last one.
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

/// Reads a job's events from the first to the last, as they come.
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
                // What is left of the last line.
                state.end = end.dropFirst(maximum)
                return end.isEmpty ? .end : .bytes(Data(end.prefix(maximum)))
            }
            // Looked at before the file: nothing is added to it afterwards.
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
