import CMicroHTTPD
import Foundation

/// The service manager that started the daemon, such as systemd: sockets that it hands over (`sd_listen_fds(3)`), and what it
/// wants to be told (`sd_notify(3)`). Without one, nothing is handed over and nobody is told.
struct ServiceManager: Sendable {
    /// The first socket handed over that listens; nil when there is none.
    let socket: Int32?
    /// The path of the socket that takes messages; in the abstract name space when it begins with `@`.
    private let address: String?
    /// How often it wants to hear that the daemon lives; nil when it does not watch.
    let watchdog: Duration?

    private static let firstDescriptor: Int32 = 3
    private static let variables = [
        "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", "NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC",
    ]

    /// Reads what it left in the environment, and removes that, which is not meant for jobs.
    static func found() -> ServiceManager {
        let manager = ServiceManager(ProcessInfo.processInfo.environment, process: getpid())
        for variable in variables { unsafe unsetenv(variable) }
        if let socket = manager.socket { _ = fcntl(socket, F_SETFD, FD_CLOEXEC) }
        return manager
    }

    init(_ environment: [String: String], process: Int32) {
        let isOurs = environment["LISTEN_PID"].flatMap(Int32.init) == process
        let count = environment["LISTEN_FDS"].flatMap(Int.init) ?? 0
        socket = isOurs && count >= 1 ? Self.firstDescriptor : nil
        address = environment["NOTIFY_SOCKET"].flatMap { $0.isEmpty ? nil : $0 }
        let isWatched = environment["WATCHDOG_PID"].map { Int32($0) == process } ?? true
        watchdog = environment["WATCHDOG_USEC"].flatMap(Int.init).flatMap {
            isWatched && $0 > 0 ? .microseconds($0) : nil
        }
    }

    /// Tells it something: `STOPPING=1`. What cannot be told is lost: the daemon's work does not hang on it.
    /// - Returns: false where it has so much to read that it cannot take it now.
    @discardableResult func tell(_ message: String) -> Bool {
        guard let address, address.utf8.count < 108 else { return true }
        let descriptor = Foundation.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return true }
        defer { close(descriptor) }
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        var path = Array(address.utf8)
        if path.first == UInt8(ascii: "@") { path[0] = 0 }
        unsafe withUnsafeMutableBytes(of: &name.sun_path) { unsafe $0.copyBytes(from: path) }
        // An abstract name ends where the address does.
        let length = socklen_t(MemoryLayout<sa_family_t>.size + path.count)
        let bytes = Array(message.utf8)
        let sent = unsafe withUnsafePointer(to: &name) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT), $0, length)
            }
        }
        return sent >= 0 || errno != EAGAIN
    }

    /// Tells it something that it must not miss, as soon as it can take it: `READY=1`.
    func announce(_ message: String) async {
        while !tell(message), (try? await Task.sleep(for: .milliseconds(20))) != nil {}
    }

    /// Tells it that the daemon lives, twice as often as it wants to hear, until the task is cancelled.
    func keepWatched() async {
        guard let watchdog else { return }
        while !Task.isCancelled {
            tell("WATCHDOG=1")
            try? await Task.sleep(for: watchdog / 2)
        }
    }
}
