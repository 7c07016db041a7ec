import Testing

@testable import Options

@Suite struct HelpTests {
    private let declaration = Declaration(
        name: "tool cut", summary: "cut things", discussion: "It is sharp.",
        operands: [
            Operand("KNIFE", help: "with what"), Operand("PLATE", .optional, help: "on what"),
            Operand("BREAD", .many, help: "what is cut"),
        ],
        options: [Option("thickness", "MM", help: "how thick (default: 5)"), Option("dry", help: "only say so")])

    @Test func `the usage shows what may be left out and what may be repeated`() {
        #expect(declaration.usageLine == "tool cut KNIFE [PLATE] BREAD… [--thickness MM] [--dry]")
        #expect(Operand("X", .any, help: "").usage == "[X…]")
    }

    @Test func `the help has everything, aligned`() {
        #expect(
            declaration.help == """
                cut things

                Usage: tool cut KNIFE [PLATE] BREAD… [--thickness MM] [--dry]

                It is sharp.

                Arguments:
                  KNIFE  with what
                  PLATE  on what
                  BREAD  what is cut

                Options:
                  --thickness MM  how thick (default: 5)
                  --dry           only say so
                  --help          print this help

                """)
    }

    @Test func `nothing is announced that is not there`() {
        let bare = Declaration(name: "t", summary: "do").help
        #expect(!bare.contains("Arguments") && bare.contains("--help"))
    }

    @Test func `shared options come after the command's own, and not in the usage line`() {
        let shared = declaration.with(common: [Option("json", help: "print JSON")])
        #expect(shared.usageLine == declaration.usageLine)
        #expect(
            shared.help.hasSuffix(
                """
                Options:
                  --thickness MM  how thick (default: 5)
                  --dry           only say so

                Common options:
                  --json  print JSON
                  --help  print this help

                """))
        let bare = Declaration(name: "t", summary: "do").with(common: [Option("json", help: "print JSON")])
        #expect(bare.help == "do\n\nUsage: t\n\nOptions:\n  --json  print JSON\n  --help  print this help\n")
    }

    @Test func `many options are not listed in the usage line`() {
        let options = (0..<9).map { Option("o\($0)", help: "h") }
        #expect(Declaration(name: "t", summary: "", options: options).usageLine == "t [OPTION…]")
    }

    @Test func `lines of a paragraph are joined and broken anew, indented ones stay`() {
        let long = String(repeating: "word ", count: 30)
        let text = Declaration(name: "t", summary: "do", discussion: "one\ntwo\n  code\n\(long)\n\nlast").help
        #expect(text.contains("\none two\n  code\nword word"))
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= Declaration.width })
        #expect(text.contains("word\n\nlast\n"))
        #expect(Paragraph.wrapped("aa bb cc", width: 5, indent: 2) == "aa bb\n  cc")
        #expect(Paragraph.wrapped("aaaaaaaa b", width: 5) == "aaaaaaaa\nb")
    }

    @Test func `the reference has what the help has`() {
        let page = Declaration(
            name: "tool cut", summary: "cut things", discussion: "It is\nsharp:\n  cut x\nEnd.",
            operands: [Operand("KNIFE", help: "this|that")], options: [Option("dry", help: "only say so")]
        ).markdown(level: 3)
        #expect(
            page == """
                ### tool cut

                Cut things.

                    tool cut KNIFE [--dry]

                It is sharp:

                    cut x

                End.

                | | |
                |---|---|
                | `KNIFE` | this\\|that |
                | `--dry` | only say so |

                """)
    }
}
