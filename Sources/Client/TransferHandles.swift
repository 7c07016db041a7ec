import CCurl
import Synchronization

/// libcurl's handles between two transfers. Each keeps its connection open, so that the next call need not connect; libcurl
/// notices by itself when the daemon has closed it, and connects again.
final class TransferHandles: Sendable {
    /// A handle that lies here is used by nobody.
    @safe private struct Idle: @unchecked Sendable { let handle: UnsafeMutableRawPointer }

    private let idle = Mutex<[Idle]>([])

    /// Starts the library without TLS, which costs milliseconds and is not used. A static is initialised once, by one thread.
    private static let libraryStarted: Bool = curl_global_init(0) == CURLE_OK

    deinit {
        for item in idle.withLock({ $0 }) { unsafe curl_easy_cleanup(item.handle) }
    }

    /// A handle with no options set. nil when libcurl cannot make one.
    func take() -> UnsafeMutableRawPointer? {
        if let item = idle.withLock({ $0.popLast() }) { return unsafe item.handle }
        return Self.libraryStarted ? unsafe curl_easy_init() : nil
    }

    func giveBack(_ handle: UnsafeMutableRawPointer) {
        unsafe curl_easy_reset(handle)
        idle.withLock { unsafe $0.append(Idle(handle: handle)) }
    }
}
