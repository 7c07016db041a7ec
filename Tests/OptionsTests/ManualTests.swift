import Options
import Testing

@Suite struct ManualTests {
    private let declaration = Declaration(
        name: "aniwho do it", summary: "do it", discussion: ".first \\n\n\n'second",
        operands: [Operand("IMAGE", .many, help: "the pictures")],
        options: [Option("top", "K", help: "how many"), Option("json", help: "print \"JSON\"")])

    @Test func `a page tells what the help tells`() {
        let page = declaration.manual(
            section: 1, version: "1.0", more: [.init("Exit status", [("0", "success")])], others: ["aniwho(1)"])
        let lines = page.split(separator: "\n").map(String.init)
        #expect(lines[0] == #".TH "ANIWHO\-DO\-IT" 1 "" "AniWho 1.0" "AniWho""#)
        #expect(lines[2] == #"aniwho\-do\-it \- do it"#)
        for line in [
            "IMAGE…", #"[\fB\-\-top\fR \fIK\fR]"#, #"\&.first \en"#, ".PP", #"\&'second"#, #"print \(dqJSON\(dq"#,
            ".SH EXIT STATUS", #"\fB0\fR"#, "success", #"aniwho(1)"#, "print this help",
        ] { #expect(lines.contains(line), "\(line)") }
        // No line but these is a request.
        let requests = lines.filter { $0.hasPrefix(".") || $0.hasPrefix("'") }
        #expect(requests.allSatisfy { [".TH", ".SH", ".TP", ".PP"].contains(String($0.prefix(3))) })
    }

    @Test func `kinds of values`() {
        #expect(Option("a", "DIR", help: "").kind == .folder && Option("a", "PATH", help: "").kind == .file)
        #expect(Option("a", "N", help: "").kind == .text && Option("a", help: "").kind == nil)
        #expect(Operand("IMAGE", help: "").kind == .file)
    }
}
