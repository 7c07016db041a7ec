import Options

extension CompletionScript {
    /// For zsh, which reads it from `share/zsh/site-functions/_aniwho`.
    var zsh: String {
        """
        #compdef aniwho
        # Completion of aniwho for zsh, made by: aniwho completion zsh
        _aniwho() {
            local -a commands
            if ((CURRENT == 2)); then
                commands=(
        \(described(words.map { ($0.word, $0.summary) }))
                )
                _describe command commands
                return
            fi
            case $words[2] in
        \(words.filter { !$0.second.isEmpty }.map(zshGroup).joined(separator: "\n"))
            esac
            local command="$words[2] $words[3] "
            shift words
            ((CURRENT--))
            case $command in
        \(declarations.map(zshCase).joined(separator: "\n"))
            esac
        }
        _aniwho "$@"

        """
    }

    private func zshGroup(_ word: Word) -> String {
        """
                \(word.word))
                    if ((CURRENT == 3)); then
                        commands=(
        \(described(word.second))
                        )
                        _describe command commands
                        return
                    fi ;;
        """
    }

    private func described(_ rows: [(word: String, summary: String)]) -> String {
        rows.map { "            \(Self.quoted("\($0.word):\(escaped($0.summary))"))" }.joined(separator: "\n")
    }

    private func zshCase(_ declaration: Declaration) -> String {
        let words = declaration.words
        var arguments = declaration.allOptions.map { option in
            let value = option.value.map { ":\(escaped($0)):\(action(option.kind ?? .text))" } ?? ""
            return Self.quoted("--\(option.name)[\(escaped(option.help))]\(value)")
        }
        if !declaration.operands.isEmpty {
            let names = declaration.operands.map(\.name).joined(separator: " ")
            arguments.append(Self.quoted("*:\(escaped(names)):\(action(Self.operands(declaration)))"))
        }
        let second = words.count == 2 ? "shift words; ((CURRENT--)); " : ""
        return "        '\(words.joined(separator: " ")) '*) \(second)_arguments \(arguments.joined(separator: " ")) ;;"
    }

    private func action(_ kind: ValueKind) -> String {
        switch kind {
        case .file: "_files"
        case .folder: "_files -/"
        case .text: " "
        }
    }

    /// Colons and brackets part a description from what is about it.
    private func escaped(_ text: String) -> String {
        text.map { ["\\", ":", "[", "]"].contains($0) ? "\\\($0)" : String($0) }.joined()
    }
}
