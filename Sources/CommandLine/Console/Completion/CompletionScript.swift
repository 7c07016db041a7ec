import Options

/// A shell for which there are completions.
enum Shell: String, CaseIterable { case bash, zsh, fish }

/// The commands as a completion script needs them.
struct CompletionScript {
    /// What follows `aniwho` alone: words that are commands or begin some.
    struct Word {
        let word: String
        let summary: String
        /// The second words of commands that begin so; none where the word is a command.
        let second: [(word: String, summary: String)]
    }

    let declarations: [Declaration]
    let words: [Word]

    /// - Parameter declarations: sorted by name.
    init(_ declarations: [Declaration]) {
        self.declarations = declarations
        var words: [Word] = []
        for declaration in declarations {
            let names = Self.words(of: declaration)
            if names.count == 1 {
                words.append(Word(word: names[0], summary: declaration.summary, second: []))
            } else {
                let before = words.last.flatMap { $0.word == names[0] ? words.removeLast() : nil }
                let second = (before?.second ?? []) + [(names[1], declaration.summary)]
                words.append(
                    Word(word: names[0], summary: second.map(\.0).joined(separator: ", "), second: second))
            }
        }
        self.words = words
    }

    /// Without `aniwho`.
    static func words(of declaration: Declaration) -> [String] {
        declaration.name.split(separator: " ").dropFirst().map(String.init)
    }

    func text(for shell: Shell) -> String {
        switch shell {
        case .bash: bash
        case .zsh: zsh
        case .fish: fish
        }
    }

    /// A word in single quotes, as every one of the three shells reads it.
    static func quoted(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }

    /// The operands' kind, which is the same for all that a shell can complete.
    static func operands(_ declaration: Declaration) -> ValueKind {
        let kinds = declaration.operands.map(\.kind)
        if kinds.contains(.file) { return .file }
        return kinds.contains(.folder) ? .folder : .text
    }
}
