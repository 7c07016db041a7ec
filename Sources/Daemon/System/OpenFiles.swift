import Foundation

/// The limit on files and connections that this process may have open at once.
enum OpenFiles {
    /// The descriptors that the daemon needs for other things than connections: the registry, uploads, jobs.
    static let reserved = 128

    private static var resource: __rlimit_resource_t { __rlimit_resource_t(RLIMIT_NOFILE.rawValue) }

    static var limit: Int {
        var limit = rlimit()
        return unsafe getrlimit(resource, &limit) == 0 ? Int(clamping: limit.rlim_cur) : 1024
    }

    /// Raises the limit to the highest that the system allows this process.
    /// - Returns: the new limit.
    static func raise() -> Int {
        var limit = rlimit()
        if unsafe getrlimit(resource, &limit) == 0 {
            limit.rlim_cur = limit.rlim_max
            unsafe setrlimit(resource, &limit)
        }
        return self.limit
    }
}
