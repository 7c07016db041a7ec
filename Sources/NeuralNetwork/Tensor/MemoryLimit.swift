import Foundation

/// How much memory the process may use.
enum MemoryLimit {
    /// The least of the machine's memory, the limit of the process's control group, and most of the address space that the process may still
    /// take (`ulimit -v`).
    static var bytes: Int {
        let machine = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
        return [machine, controlGroup, addressSpace].compactMap(\.self).min() ?? machine
    }

    /// Of what is left of a limited address space, the rest of the program keeps a quarter.
    private static var addressSpace: Int? {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0, limit.rlim_cur < rlim_t(Int.max)
        else {
            return nil
        }
        let used = (firstNumber(in: "/proc/self/statm") ?? 0) * sysconf(Int32(_SC_PAGESIZE))
        return max(0, Int(limit.rlim_cur) - used) / 4 * 3
    }

    /// The lowest limit of the process's control group and of the groups that it lies in; nil without one.
    private static var controlGroup: Int? {
        guard let groups = try? String(contentsOfFile: "/proc/self/cgroup", encoding: .utf8) else { return nil }
        return groups.split(separator: "\n").compactMap { limit(ofGroup: String($0)) }.min()
    }

    /// - Parameter line: of /proc/self/cgroup: number, controllers (empty in version 2) and path, separated by colons.
    static func limit(ofGroup line: String, root: String = "/sys/fs/cgroup") -> Int? {
        let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, parts[1].isEmpty || parts[1].split(separator: ",").contains("memory") else {
            return nil
        }
        let (folder, file) = parts[1].isEmpty ? (root, "memory.max") : ("\(root)/memory", "memory.limit_in_bytes")
        var path = parts[2]
        var limits = [firstNumber(in: "\(folder)/\(file)")]
        while path.hasPrefix("/"), path != "/" {
            limits.append(firstNumber(in: "\(folder)\(path)/\(file)"))
            path = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
        }
        return limits.compactMap(\.self).min()
    }

    /// nil if the file cannot be read or does not begin with a number, as "max" does not.
    private static func firstNumber(in path: String) -> Int? {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
        return text.split(whereSeparator: \.isWhitespace).first.flatMap { Int($0) }
    }
}
