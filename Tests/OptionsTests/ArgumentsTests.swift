import Testing

@testable import Options

@Suite struct ArgumentsTests {
    private static let declaration = Declaration(
        name: "tool cut", summary: "cut things",
        operands: [Operand("KNIFE", help: "with what"), Operand("BREAD", .any, help: "what")],
        options: [
            Option("thickness", "MM", help: "how thick"), Option("label", "TEXT", help: "what is on it"),
            Option("dry", help: "only say so"),
        ])

    private func parse(_ arguments: String...) throws(UsageError) -> Arguments {
        try Arguments(arguments, by: Self.declaration)
    }

    private func refusal(_ arguments: String...) -> String? {
        do throws(UsageError) {
            _ = try Arguments(arguments, by: Self.declaration)
            return nil
        } catch { return error.description }
    }

    @Test func `options stand in any place, with a space or an equals sign`() throws {
        for line in [
            ["--thickness", "5", "saw", "a", "b", "--dry"], ["saw", "--thickness=5", "a", "--dry", "b"],
            ["saw", "a", "--dry", "b", "--thickness", "5"],
        ] {
            let arguments = try Arguments(line, by: Self.declaration)
            #expect(arguments["thickness"] == "5" && arguments.flag("dry") && arguments["label"] == nil)
            #expect(arguments.operand("KNIFE") == "saw" && arguments.list("BREAD") == ["a", "b"])
        }
    }

    @Test func `a value may be empty, hold an equals sign or begin with a dash`() throws {
        #expect(try parse("saw", "--label=")["label"] == "")
        #expect(try parse("saw", "--label=a=b")["label"] == "a=b")
        #expect(try parse("saw", "--label", "-5")["label"] == "-5")
    }

    @Test func `after two dashes everything is an operand`() throws {
        let arguments = try parse("--dry", "--", "--thickness", "-h", "--")
        #expect(arguments.operand("KNIFE") == "--thickness" && arguments.list("BREAD") == ["-h", "--"])
        #expect(arguments.flag("dry") && !arguments.wantsHelp && arguments["thickness"] == nil)
        #expect(try parse("-").operand("KNIFE") == "-")
    }

    @Test func `an unknown option is told with the one that was meant`() {
        #expect(
            refusal("saw", "--thicknes", "5")?.contains("unknown option --thicknes; did you mean --thickness?") == true)
        #expect(refusal("saw", "--labl=5")?.contains("did you mean --label?") == true)
        #expect(refusal("saw", "--hel")?.contains("did you mean --help?") == true)
        let far = refusal("saw", "--zzzzzzzz")
        #expect(far?.contains("unknown option --zzzzzzzz") == true && far?.contains("did you mean") == false)
        #expect(refusal("saw", "-dry")?.contains("did you mean --dry?") == true)
    }

    @Test func `what is wrong is said with how the command is called`() {
        #expect(refusal("saw", "--dry", "--dry")?.contains("--dry is given twice") == true)
        #expect(refusal("saw", "--label", "a", "--label=b")?.contains("--label is given twice") == true)
        #expect(refusal("saw", "--thickness")?.contains("--thickness needs a value: --thickness MM") == true)
        #expect(refusal("saw", "--dry=yes")?.contains("--dry takes no value") == true)
        let missing = refusal("--dry")
        #expect(missing?.contains("KNIFE is missing") == true)
        #expect(missing?.contains("usage: tool cut KNIFE [BREAD…] [--thickness MM]") == true)
        #expect(missing?.contains("see tool cut --help") == true)
    }

    @Test(arguments: ["-h", "--help"]) func `help needs no operands`(flag: String) throws {
        #expect(try parse(flag).wantsHelp)
        #expect(try parse("saw", "bread", flag).wantsHelp)
    }

    @Test func `operands are counted`() throws {
        func count(_ operands: [Operand], _ given: [String]) -> String? {
            do throws(UsageError) {
                _ = try Arguments(given, by: Declaration(name: "t", summary: "", operands: operands))
                return nil
            } catch { return String(error.description.prefix { $0 != "\n" }) }
        }
        let one = Operand("A", help: "")
        #expect(count([], ["x"]) == "unexpected argument “x”")
        #expect(count([one], ["x"]) == nil)
        #expect(count([one], ["x", "y"]) == "unexpected argument “y”")
        #expect(count([one, Operand("B", help: "")], ["x"]) == "B is missing")
        #expect(count([one, Operand("B", .optional, help: "")], ["x"]) == nil)
        #expect(count([one, Operand("B", .optional, help: "")], ["x", "y", "z"]) == "unexpected argument “z”")
        #expect(count([one, Operand("B", .many, help: "")], ["x"]) == "B is missing")
        #expect(count([one, Operand("B", .many, help: "")], ["x", "y", "z"]) == nil)
        #expect(count([Operand("B", .any, help: "")], []) == nil)
    }

    @Test func `an option that is read without being declared stops the program`() async {
        await #expect(processExitsWith: .failure) {
            let declaration = Declaration(name: "tool", summary: "cut", options: [Option("dry", help: "only say so")])
            _ = try Arguments([], by: declaration)["thickness"]
        }
    }
}
