import Foundation
import Options

/// Some of the system's users, or all: `alice, 1001`, or `*`.
struct UserList: Sendable, Equatable {
    /// Their user ids; nil for everyone.
    let numbers: Set<Int>?

    static let nobody = UserList(numbers: [])

    init(numbers: Set<Int>?) { self.numbers = numbers }

    /// - Parameter number: finds a user's id by name.
    /// - Throws: ``ConfigurationError`` for names that the system does not know.
    init(_ text: String, number: (String) -> Int? = UserNumber.of) throws(ConfigurationError) {
        let names = text.split { $0 == "," || $0.isWhitespace }.map(String.init)
        if names == ["*"] {
            numbers = nil
            return
        }
        var found: Set<Int> = []
        var problems: [String] = []
        for name in names {
            if let uid = UInt32(name).map(Int.init) ?? number(name) {
                found.insert(uid)
            } else {
                problems.append(
                    name == "*"
                        ? "* means everyone, so it must be the only entry" : "there is no user “\(name)” on this system"
                )
            }
        }
        guard problems.isEmpty else { throw ConfigurationError(problems) }
        numbers = found
    }

    func contains(_ user: Int) -> Bool { numbers?.contains(user) ?? true }

    var isEmpty: Bool { numbers?.isEmpty ?? false }
}

/// The user ids of the system's users.
enum UserNumber {
    /// A user's name by id; nil when the system has no such user.
    static func name(of number: Int) -> String? {
        guard let uid = uid_t(exactly: number) else { return nil }
        var entry = unsafe passwd()
        var found: UnsafeMutablePointer<passwd>? = nil
        var buffer = [CChar](repeating: 0, count: 16384)
        let status = unsafe getpwuid_r(uid, &entry, &buffer, buffer.count, &found)
        guard status == 0, let found = unsafe found else { return nil }
        return unsafe String(cString: found.pointee.pw_name)
    }

    /// A user's id by name; nil when the system has no such user.
    static func of(_ name: String) -> Int? {
        var entry = unsafe passwd()
        var found: UnsafeMutablePointer<passwd>? = nil
        var buffer = [CChar](repeating: 0, count: 16384)
        let status = unsafe getpwnam_r(name, &entry, &buffer, buffer.count, &found)
        guard status == 0, let found = unsafe found else { return nil }
        return Int(unsafe found.pointee.pw_uid)
    }
}
