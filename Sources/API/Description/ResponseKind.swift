/// What a successful answer is.
public enum ResponseKind: Sendable, Equatable {
    /// A JSON value, as ``Endpoint/Response`` is written.
    case json
    /// Bytes of one of these media types.
    case bytes([String])
    /// Text of a media type.
    case text(String)
}
