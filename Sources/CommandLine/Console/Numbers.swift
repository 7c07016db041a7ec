import Options

extension Arguments {
    /// An operand that is the number of something.
    /// - Parameter what: with its article, such as `a rejection`.
    /// - Throws: `UsageError` for anything but a positive whole number.
    func number(_ operand: String, of what: String) throws -> Int64 { try number(word(operand), operand, what) }

    /// The numbers of several things, all under the name of one operand.
    func numbers(_ operand: String, of what: String) throws -> [Int64] {
        try list(operand).map { try number($0, operand, what) }
    }

    private func number(_ text: String, _ operand: String, _ what: String) throws -> Int64 {
        guard let number = Int64(text), number > 0 else {
            throw misuse("\(operand) is \(what)'s number, not “\(text)”")
        }
        return number
    }
}
