import Foundation
import Options
import Platform

/// Some of the system's users, or all: `alice, 1001`, or `*`.
struct UserList: Sendable, Equatable {
    /// Their user ids; nil for everyone.
    let numbers: Set<Int>?

    static let nobody = UserList(numbers: [])

    init(numbers: Set<Int>?) { self.numbers = numbers }

    /// - Parameter number: finds a user's id by name.
    /// - Throws: ``ConfigurationError`` for names that the system does not know.
    init(_ text: String, number: (String) -> Int? = SystemUsers.id) throws(ConfigurationError) {
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
