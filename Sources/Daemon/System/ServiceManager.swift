import CMicroHTTPD
import Foundation

/// The service manager that started the daemon, such as systemd: the sockets that it passes (`sd_listen_fds(3)`), and the messages that it
/// expects (`sd_notify(3)`). Without a service manager there are no sockets, and messages go nowhere.
struct ServiceManager: Sendable {
    /// The first socket that it passed; nil when there is none.
    let socket: Int32?
    /// The path of its socket for messages; in the abstract namespace when it begins with `@`.
    private let address: String?
    /// The longest time between two watchdog messages; nil when it expects none.
    let watchdog: Duration?

    private static let firstDescriptor: Int32 = 3
    private static let variables = [
        "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", "NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC",
    ]

    /// Reads its variables, and removes them from the environment, because they are not meant for the children of this process.
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

    /// Sends it a message, such as `STOPPING=1`. A message that cannot be delivered is lost: the daemon's work does not depend on it.
    /// - Returns: false when its queue is full and a later attempt may succeed.
    @discardableResult func notify(_ message: String) -> Bool {
        guard let address, address.utf8.count < 108 else { return true }
        let descriptor = Foundation.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return true }
        defer { close(descriptor) }
        var path = Array(address.utf8)
        if path.first == UInt8(ascii: "@") { path[0] = 0 }
        // The length of the address is that of an abstract name.
        let length = MemoryLayout<sa_family_t>.size + path.count
        let bytes = Array(message.utf8)
        let sent = unsafe withSocketAddress(sockaddr_un(path: path), length: length) {
            unsafe sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT), $0, $1)
        }
        return sent >= 0 || errno != EAGAIN
    }

    /// Sends it a message that must not be lost, such as `READY=1`. Waits while its queue is full.
    func announce(_ message: String) async {
        while !notify(message), (try? await Task.sleep(for: .milliseconds(20))) != nil {}
    }

    /// Sends watchdog messages, twice as often as necessary, until the task is cancelled.
    func sendWatchdogMessages() async {
        guard let watchdog else { return }
        while !Task.isCancelled {
            notify("WATCHDOG=1")
            try? await Task.sleep(for: watchdog / 2)
        }
    }
}
