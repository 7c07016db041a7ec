import Options

extension CompletionScript {
    /// For fish, which reads it from `share/fish/vendor_completions.d/aniwho.fish`.
    var fish: String {
        var lines = [
            """
            # Completion of aniwho for fish, made by: aniwho completion fish
            # Whether the words before the cursor are these, or begin with them.
            function __aniwho_words
                set -l words (commandline -opc)
                test "$words[2..-1]" = "$argv"
            end
            function __aniwho_command
                set -l words (commandline -opc)
                string match -q -- "$argv *" "$words[2..-1] "
            end
            complete -c aniwho -f
            complete -c aniwho -n '__aniwho_words ""' -l help -d 'print this help'
            complete -c aniwho -n '__aniwho_words ""' -l version -d 'print the version'
            """
        ]
        for word in words {
            lines.append("complete -c aniwho -n '__aniwho_words \"\"' -a \(word.word) -d \(fishQuoted(word.summary))")
            lines += word.second.map { second, summary in
                "complete -c aniwho -n '__aniwho_words \(word.word)' -a \(second) -d \(fishQuoted(summary))"
            }
        }
        return (lines + declarations.flatMap(fishOptions)).joined(separator: "\n") + "\n"
    }

    private func fishOptions(_ declaration: Declaration) -> [String] {
        let words = declaration.words.joined(separator: " ")
        let start = "complete -c aniwho -n '__aniwho_command \(words)'"
        let options = declaration.allOptions.map { option in
            let value =
                switch option.kind {
                case .file: " -r -F"
                case .folder: " -x -a '(__fish_complete_directories)'"
                case .text: " -x"
                case nil: ""
                }
            return "\(start) -l \(option.name)\(value) -d \(fishQuoted(option.help))"
        }
        switch Self.operands(declaration) {
        case .file: return options + ["\(start) -F"]
        case .folder: return options + ["\(start) -a '(__fish_complete_directories)'"]
        case .text: return options
        }
    }

    /// In fish, a backslash escapes a quote inside of quotes.
    private func fishQuoted(_ text: String) -> String {
        "'" + text.map { ["\\", "'"].contains($0) ? "\\\($0)" : String($0) }.joined() + "'"
    }
}
