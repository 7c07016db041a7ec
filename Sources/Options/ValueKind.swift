/// What a word on the command line names, as far as a shell can complete it.
public enum ValueKind: Sendable {
    case file
    case folder
    /// Anything else.
    case text

    /// By what stands for the value in the help.
    init(placeholder: String) {
        switch placeholder {
        case "DIR", "FOLDER": self = .folder
        case "FILE", "PATH", "IMAGE", "PICTURE", "MODEL", "DATA", "LIST": self = .file
        default: self = .text
        }
    }
}

extension Operand {
    public var kind: ValueKind { ValueKind(placeholder: name) }
}

extension Option {
    /// The kind of its value; nil for a flag.
    public var kind: ValueKind? { value.map { ValueKind(placeholder: $0) } }
}
