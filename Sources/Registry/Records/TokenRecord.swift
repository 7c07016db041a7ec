public import Foundation

/// A token that lets a program ask over TCP. The token itself is not kept, only its hash.
public struct TokenRecord: Sendable, Equatable {
    public enum Role: String, Sendable, CaseIterable { case reader, `operator` }

    public let name: String
    public let role: Role
    public let createdAt: Date

    public init(name: String, role: Role, createdAt: Date) {
        self.name = name
        self.role = role
        self.createdAt = createdAt
    }
}
