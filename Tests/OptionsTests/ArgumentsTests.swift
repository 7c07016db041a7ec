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

    @Test func `operands may follow one that takes many words`() throws {
        let declaration = Declaration(
            name: "t", summary: "", operands: [Operand("ID", .many, help: ""), Operand("NAME", help: "")])
        let three = try Arguments(["1", "2", "a"], by: declaration)
        #expect(three.list("ID") == ["1", "2"] && three.operand("NAME") == "a" && three.word("NAME") == "a")
        #expect(throws: UsageError("NAME is missing", declaration)) { try Arguments(["1"], by: declaration) }
    }

    @Test func `an optional operand comes before an open one`() throws {
        let declaration = Declaration(
            name: "t", summary: "",
            operands: [Operand("A", help: ""), Operand("B", .optional, help: ""), Operand("C", .any, help: "")])
        let all = try Arguments(["a", "b", "c", "d"], by: declaration)
        #expect(all.operand("A") == "a" && all.operand("B") == "b" && all.list("C") == ["c", "d"])
        let one = try Arguments(["a"], by: declaration)
        #expect(one.operand("B") == nil && one.list("C").isEmpty)
    }

    @Test func `what follows two dashes can be another command's`() throws {
        let declaration = Declaration(
            name: "t", summary: "",
            operands: [Operand("NAME", .optional, help: ""), Operand("OPTION", .afterDashes, help: "")])
        let both = try Arguments(["a", "--", "--json", "-h"], by: declaration)
        #expect(both.operand("NAME") == "a" && both.list("OPTION") == ["--json", "-h"] && !both.wantsHelp)
        let rest = try Arguments(["--", "x"], by: declaration)
        #expect(rest.operand("NAME") == nil && rest.list("OPTION") == ["x"])
        #expect(declaration.usageLine == "t [NAME] [-- OPTION…]")
        #expect(throws: UsageError("unexpected argument “b”", declaration)) {
            try Arguments(["a", "b"], by: declaration)
        }
    }

    @Test func `an option of an earlier version is refused with the new form`() throws {
        let declaration = Declaration(name: "t", summary: "").with(
            common: [Option("json", help: "h")], replaced: ["to": "2.0 it is: t NAME"])
        #expect(throws: UsageError("there is no option --to; since 2.0 it is: t NAME", declaration)) {
            try Arguments(["--to=x"], by: declaration)
        }
        #expect(try Arguments(["--json"], by: declaration).flag("json"))
    }

    @Test func `an option that nobody reads is found`() throws {
        let arguments = try Arguments(["saw", "--dry", "--label", "x"], by: Self.declaration)
        #expect(arguments.unread == ["label", "dry"])
        _ = arguments.flag("dry")
        let copy = arguments
        _ = copy["label"]
        #expect(arguments.unread.isEmpty)
    }

    /// An option that is read and not declared would always be missing.
    @Test func `reading an option that is not declared is a mistake of the program`() async {
        await #expect(processExitsWith: .failure) {
            let declaration = Declaration(name: "t", summary: "", options: [Option("known", help: "h")])
            _ = try Arguments([], by: declaration).flag("unknown")
        }
    }
}
