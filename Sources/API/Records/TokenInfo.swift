public import Foundation

/// What the bearer of a token may do.
public enum TokenRole: String, Codable, Sendable, CaseIterable {
    /// Classifies and looks.
    case reader
    /// Enrols and changes too.
    case `operator`
}

/// A token that lets a program ask over TCP. The token itself is told once, when it is made.
public struct TokenInfo: Codable, Sendable, Equatable {
    public var name: String
    public var role: TokenRole
    public var createdAt: Date

    public init(name: String, role: TokenRole, createdAt: Date) {
        self.name = name
        self.role = role
        self.createdAt = createdAt
    }
}
