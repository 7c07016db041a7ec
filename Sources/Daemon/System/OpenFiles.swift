import Foundation

/// How many files and connections this process may have open at once.
enum OpenFiles {
    /// What the daemon needs beside its connections: the registry, uploads, jobs.
    static let reserved = 128

    private static var resource: __rlimit_resource_t { __rlimit_resource_t(RLIMIT_NOFILE.rawValue) }

    static var limit: Int {
        var limit = rlimit()
        return unsafe getrlimit(resource, &limit) == 0 ? Int(clamping: limit.rlim_cur) : 1024
    }

    /// Raises the limit to what the system lets this process have.
    /// - Returns: the limit now.
    static func raise() -> Int {
        var limit = rlimit()
        if unsafe getrlimit(resource, &limit) == 0 {
            limit.rlim_cur = limit.rlim_max
            unsafe setrlimit(resource, &limit)
        }
        return self.limit
    }
}

extension ConnectionLimits {
    /// These, or as many as the files that may be open leave room for.
    func fitting(openFiles: Int) -> ConnectionLimits {
        var fitting = self
        fitting.total = min(total, max(1, openFiles - OpenFiles.reserved))
        fitting.perPeer = min(perPeer, fitting.total)
        return fitting
    }
}
