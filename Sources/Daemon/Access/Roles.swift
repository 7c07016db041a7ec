import API
import Foundation

extension Role {
    /// The role in a sentence, with its article.
    var phrase: String { self == .reader ? "a reader" : "an operator" }
}

/// The roles of users and of the bearers of tokens.
struct Roles: Sendable, Equatable {
    /// The user who runs the daemon. The owner may do everything, as root may.
    let owner: Int
    let readers: UserList
    let operators: UserList

    init(owner: Int = Int(geteuid()), readers: UserList = .nobody, operators: UserList = .nobody) {
        (self.owner, self.readers, self.operators) = (owner, readers, operators)
    }

    /// A caller's role; nil for a caller who may do nothing, such as an unknown user (-1).
    func role(of caller: Caller) -> Role? {
        switch caller {
        case .token(_, let role, _): return role
        case .guest: return nil
        case .session(_, let user, let most): return self.role(of: .user(user)).map { min($0, most) }
        case .user(let user):
            guard user >= 0 else { return nil }
            if isUnlimited(caller) || operators.contains(user) { return .operator }
            return readers.contains(user) ? .reader : nil
        }
    }

    /// Whether the limits do not apply to a caller: root and the owner.
    func isUnlimited(_ caller: Caller) -> Bool {
        switch caller {
        case .user(let user), .session(_, let user, _): user == owner || user == 0
        case .token, .guest: false
        }
    }

    /// Whether anybody but the owner and root may connect.
    var admitsOthers: Bool { !readers.isEmpty || !operators.isEmpty }
}
