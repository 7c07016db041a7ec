import Foundation

/// The numbers of the system's users.
enum UserNumber {
    /// A user's number by name; nil where the system knows none.
    static func of(_ name: String) -> Int? {
        var entry = unsafe passwd()
        var found: UnsafeMutablePointer<passwd>? = nil
        var buffer = [CChar](repeating: 0, count: 16384)
        let status = unsafe getpwnam_r(name, &entry, &buffer, buffer.count, &found)
        guard status == 0, let found = unsafe found else { return nil }
        return Int(unsafe found.pointee.pw_uid)
    }
}
