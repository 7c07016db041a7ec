/// The name of a character's folder, and back.
///
/// A slash would begin another folder, and a name that begins with a dot, a hidden one: they are written as in a URL, and so is the per
/// cent sign before such a code, so that every name comes back as it was.
enum FolderName {
    private static let codes = ["%": "%25", "/": "%2F", ".": "%2E"]

    static func of(_ character: String) -> String {
        var name = ""
        for (offset, letter) in character.enumerated() {
            let rest = character.dropFirst(offset)
            let needsCode =
                switch letter {
                case "/": true
                case ".": offset == 0
                case "%": codes.values.contains { rest.hasPrefix($0) }
                default: false
                }
            name += needsCode ? codes[String(letter)] ?? "" : String(letter)
        }
        return name
    }

    static func character(_ folder: String) -> String {
        var name = ""
        var rest = folder[...]
        while let letter = rest.first {
            if let code = codes.first(where: { rest.hasPrefix($0.value) }) {
                name += code.key
                rest = rest.dropFirst(code.value.count)
            } else {
                name.append(letter)
                rest = rest.dropFirst()
            }
        }
        return name
    }
}
