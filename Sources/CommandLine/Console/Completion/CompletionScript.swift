import Options

/// A shell for which there are completions.
enum Shell: String, CaseIterable { case bash, zsh, fish }

/// The commands as a completion script needs them.
struct CompletionScript {
    /// A word that may follow `aniwho`: a command, or the first word of several.
    struct Word {
        let word: String
        let summary: String
        /// The second words of commands that begin so; none where the word is a command, but for `help` its topics.
        let second: [(word: String, summary: String)]
    }

    let declarations: [Declaration]
    let words: [Word]

    /// - Parameters:
    ///   - declarations: sorted by name.
    ///   - topics: what `aniwho help` takes, beside commands.
    init(_ declarations: [Declaration], topics: [(word: String, summary: String)]) {
        self.declarations = declarations
        var words: [Word] = []
        for declaration in declarations {
            let names = declaration.words
            if names.count == 1 {
                let second = names[0] == "help" ? topics : []
                words.append(Word(word: names[0], summary: declaration.summary, second: second))
            } else {
                let before = words.last.flatMap { $0.word == names[0] ? words.removeLast() : nil }
                let second = (before?.second ?? []) + [(names[1], declaration.summary)]
                words.append(
                    Word(word: names[0], summary: second.map(\.0).joined(separator: ", "), second: second))
            }
        }
        self.words = words
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
