import API
import CMicroHTTPD
import Foundation
import Synchronization

/// What a source of lines has at the moment.
enum LineChunk: Equatable {
    case bytes(Data)
    /// Nothing, but more may come.
    case notYet
    case end
}

/// Lines that become an answer as they come.
protocol LineSource: AnyObject, Sendable {
    /// The next bytes, at most so many.
    func next(maximum: Int) -> LineChunk

    /// Has a function called whenever there may be more, from any thread. To be called once.
    func onMore(_ wake: @escaping @Sendable () -> Void)

    /// Nobody reads any more.
    func close()
}

/// An answer on its way whose end is not known: libmicrohttpd's thread takes what the source has, and lets the connection
/// sleep while it has nothing.
///
/// One lock is held while the source is asked and the connection is put to sleep, and while it is woken: so that no wake is
/// lost, and none reaches a connection that is awake or gone. The source calls from outside its own locks.
@safe final class StreamedAnswer: Sendable {
    /// libmicrohttpd's connection: its functions to suspend and resume may be called by any thread.
    @safe private struct Connection: @unchecked Sendable { let pointer: OpaquePointer }

    private struct State {
        var isAsleep = false
        var isClosed = false
        var needsHeartbeat = false
    }

    private let source: any LineSource
    private let connection: Connection
    private let state = Mutex(State())

    /// An empty line goes out when nothing else did for this long: a reader that has gone away is noticed by nothing else.
    private static let heartbeat = Duration.seconds(15)
    private static let blockSize = 1 << 14

    private init(source: any LineSource, connection: OpaquePointer) {
        self.source = source
        self.connection = unsafe Connection(pointer: connection)
    }

    /// Makes the response of a connection. It holds the answer until libmicrohttpd lets go of it.
    static func response(
        _ source: any LineSource, on connection: OpaquePointer
    ) -> OpaquePointer? {
        let answer = unsafe StreamedAnswer(source: source, connection: connection)
        let context = unsafe Unmanaged.passRetained(answer).toOpaque()
        let response = unsafe MHD_create_response_from_callback(
            aniwho_mhd_unknown_size, blockSize, readStream, context, closeStream)
        guard let response = unsafe response else {
            unsafe Unmanaged<StreamedAnswer>.fromOpaque(context).release()
            source.close()
            return nil
        }
        source.onMore { [weak answer] in answer?.wake() }
        Task { [weak answer] in
            while let current = answer, !current.state.withLock(\.isClosed) {
                try? await Task.sleep(for: heartbeat)
                current.wake(withHeartbeat: true)
            }
        }
        return unsafe response
    }

    private func wake(withHeartbeat beats: Bool = false) {
        state.withLock { state in
            guard state.isAsleep else { return }
            state.isAsleep = false
            state.needsHeartbeat = beats
            unsafe MHD_resume_connection(connection.pointer)
        }
    }

    fileprivate func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        state.withLock { state in
            switch source.next(maximum: buffer.count) {
            case .bytes(let bytes):
                state.needsHeartbeat = false
                unsafe buffer.copyBytes(from: bytes)
                return bytes.count
            case .end: return aniwho_mhd_end_of_stream
            case .notYet where state.needsHeartbeat:
                state.needsHeartbeat = false
                unsafe buffer[0] = UInt8(ascii: "\n")
                return 1
            case .notYet:
                state.isAsleep = true
                unsafe MHD_suspend_connection(connection.pointer)
                return 0
            }
        }
    }

    fileprivate func close() {
        state.withLock { state in
            state.isClosed = true
            state.isAsleep = false
        }
        source.close()
    }
}

// MARK: libmicrohttpd's callbacks. `context` is the retained answer.

private func readStream(
    _ context: UnsafeMutableRawPointer?, _ position: UInt64, _ bytes: UnsafeMutablePointer<CChar>?, _ maximum: Int
) -> Int {
    guard let context = unsafe context, let bytes = unsafe bytes else { return aniwho_mhd_end_of_stream }
    let answer = unsafe Unmanaged<StreamedAnswer>.fromOpaque(context).takeUnretainedValue()
    return unsafe answer.read(into: UnsafeMutableRawBufferPointer(start: bytes, count: maximum))
}

private func closeStream(_ context: UnsafeMutableRawPointer?) {
    guard let context = unsafe context else { return }
    unsafe Unmanaged<StreamedAnswer>.fromOpaque(context).takeRetainedValue().close()
}
