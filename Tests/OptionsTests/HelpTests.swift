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
}
