import Foundation

/// A value bound to a placeholder.
enum SQLValue {
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob(Data)
    /// A vector, stored as little-endian float32.
    case vector([Float])

    static func integer(_ value: Int) -> SQLValue { .integer(Int64(value)) }

    /// Milliseconds since 1970.
    static func time(_ date: Date) -> SQLValue { .integer(Int64((date.timeIntervalSince1970 * 1000).rounded())) }
}
