import API
import Foundation

extension Role {
    /// With its article, for sentences.
    var phrase: String { self == .reader ? "a reader" : "an operator" }
}

/// Who may do what: by the user on the other end of the socket, or by the token.
struct Roles: Sendable, Equatable {
    /// The user who runs the daemon, and may do everything, as the superuser may.
    let owner: Int
    let readers: UserList
    let operators: UserList

    init(owner: Int = Int(geteuid()), readers: UserList = .nobody, operators: UserList = .nobody) {
        (self.owner, self.readers, self.operators) = (owner, readers, operators)
    }

    /// A caller's role; nil for one who may do nothing, as may a user whom the system does not tell (-1).
    func role(of caller: Caller) -> Role? {
        switch caller {
        case .token(_, let role): return role
        case .user(let user):
            guard user >= 0 else { return nil }
            if isUnlimited(caller) || operators.contains(user) { return .operator }
            return readers.contains(user) ? .reader : nil
        }
    }

    /// Whether no limit holds for a caller: root and the user who runs the daemon.
    func isUnlimited(_ caller: Caller) -> Bool { caller == .user(owner) || caller == .user(0) }

    /// Whether somebody else than the owner may connect.
    var admitsOthers: Bool { !readers.isEmpty || !operators.isEmpty }
}
