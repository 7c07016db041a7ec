/// Comma-separated values as in RFC 4180.
public enum CSV {
    /// Lines of fields, each ended by a line break.
    public static func text(_ lines: [[String]]) -> String {
        lines.map { $0.map(quoted).joined(separator: ",") + "\r\n" }.joined()
    }

    private static func quoted(_ field: String) -> String {
        guard field.contains(where: { ",\"\r\n".contains($0) || $0 == "\r\n" }) else { return field }
        return "\"\(field.replacing("\"", with: "\"\""))\""
    }
}
