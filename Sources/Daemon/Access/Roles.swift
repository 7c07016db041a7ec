import Foundation

/// Who may do what, by the user on the other end of the socket.
struct Roles: Sendable, Equatable {
    /// The user who runs the daemon, and may do everything, as the superuser may.
    let owner: Int
    let readers: UserList
    let operators: UserList

    init(owner: Int = Int(geteuid()), readers: UserList = .nobody, operators: UserList = .nobody) {
        (self.owner, self.readers, self.operators) = (owner, readers, operators)
    }

    /// A user's role; nil for one who may do nothing, as may one whom the system does not tell (-1).
    func role(of user: Int) -> Role? {
        guard user >= 0 else { return nil }
        if isUnlimited(user) || operators.contains(user) { return .operator }
        return readers.contains(user) ? .reader : nil
    }

    /// Whether no limit holds for a user.
    func isUnlimited(_ user: Int) -> Bool { user == owner || user == 0 }

    /// Whether somebody else than the owner may connect.
    var admitsOthers: Bool { !readers.isEmpty || !operators.isEmpty }
}
