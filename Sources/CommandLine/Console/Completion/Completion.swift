import Options

enum Completion: Command {
    static let declaration = Declaration(
        name: "aniwho completion", summary: "print the completions of a shell",
        discussion: """
            make install puts them where the shells look. To install them by hand, for one user:
              bash  aniwho completion bash > ~/.local/share/bash-completion/completions/aniwho
              zsh   aniwho completion zsh > a folder of $fpath, as _aniwho
              fish  aniwho completion fish > ~/.config/fish/completions/aniwho.fish
            """,
        operands: [Operand("SHELL", help: Shell.allCases.map(\.rawValue).joined(separator: ", "))])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let word = arguments.word("SHELL")
        guard let shell = Shell(rawValue: word) else {
            throw arguments.misuse("SHELL is one of \(declaration.operands[0].help), not “\(word)”")
        }
        let script = CompletionScript.program.text(for: shell)
        if console.isJSON { return try console.print(json: ["shell": shell.rawValue, "script": script]) }
        console.print(script, terminator: "")
    }
}

extension CompletionScript {
    /// That of `aniwho`.
    static var program: CompletionScript {
        CompletionScript(
            commandTable.map { $0.interface }, topics: subjects.map { ($0.name, $0.summary) })
    }
}
