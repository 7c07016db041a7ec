/// How commands were called before, with the form that replaces each. An error shows the new form to somebody who types the old one.
enum RemovedForms {
    private static let version = "0.2.0"

    /// The first words of commands that are gone.
    private static let commands = [
        "verify-backup": "backup verify FILE", "restore": "backup restore FILE DIR",
        "export-bundle": "bundle export DIR", "import-bundle": "bundle import DIR [--merge]",
    ]

    /// Options that are gone, by command.
    private static let options = [
        "images move": ["to": "images move ID… NAME"],
        "jobs start": ["name": "jobs start KIND NAME -- OPTIONS"],
        "train": ["from-registry": "train NAME -- OPTIONS", "name": "train NAME -- OPTIONS"],
        "characters split": ["into": "characters split NAME NEW ID…"],
        "classify": ["manner": "classify IMAGE… --sort-into DIR [--link]"],
        "watch": ["manner": "watch DIR --sort-into DIR [--link]"],
    ]

    /// What to say of words that called a command before; nil for words that never did.
    static func advice(for words: [String]) -> String? {
        guard let first = words.first else { return nil }
        if let form = commands[first] {
            return "there is no command \(first); since \(version) it is: aniwho \(form)"
        }
        // `backup FILE` was a command, and is a group now.
        guard first == "backup", words.count > 1, !words[1].hasPrefix("-") else { return nil }
        return "there is no command backup \(words[1]); since \(version) it is: aniwho backup create FILE"
    }

    /// The options of a command that are gone, each with what to say after "since".
    /// - Parameter name: the command's whole name, `aniwho train`.
    static func options(of name: String) -> [String: String] {
        (options[String(name.dropFirst("aniwho ".count))] ?? [:]).mapValues { "\(version) it is: aniwho \($0)" }
    }
}
