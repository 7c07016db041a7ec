import Foundation

/// The names of the system's users.
enum UserName {
    /// A user's name by its number; nil where the system knows none.
    static func of(_ uid: Int) -> String? {
        guard let uid = uid_t(exactly: uid), let entry = getpwuid(uid) else { return nil }
        return String(cString: entry.pointee.pw_name)
    }
}
