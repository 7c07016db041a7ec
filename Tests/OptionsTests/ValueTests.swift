import Testing

@testable import Options

/// Values read as numbers and words.
@Suite struct ValueTests {
    private func arguments(_ value: String?) throws(UsageError) -> Arguments {
        try Arguments(
            value.map { ["--x", $0] } ?? [],
            by: Declaration(name: "t", summary: "", operands: [], options: [Option("x", "X", help: "")]))
    }

    @Test(arguments: [("1", 1), ("10", 10), ("+7", 7), ("007", 7)]) func `whole numbers`(text: String, value: Int)
        throws
    {
        #expect(try arguments(text).integer("x", in: 1...10) == value)
    }

    @Test(arguments: ["0", "11", "-1", "", " 5", "5 ", "1.0", "1e1", "٣", "99999999999999999999"])
    func `what is no whole number of the range is refused`(text: String) throws {
        let given = try arguments(text)
        let error = #expect(throws: UsageError.self) { try given.integer("x", in: 1...10) }
        #expect(error?.description.contains("--x takes a whole number, 1 to 10, not “\(text)”") == true)
    }

    @Test func `a range without end says so`() throws {
        let given = try arguments("-3")
        let error = #expect(throws: UsageError.self) { try given.integer("x", in: 0...Int.max) }
        #expect(error?.description.contains("0 or more") == true)
        #expect(try arguments("9223372036854775807").integer("x", in: 0...Int.max) == .max)
    }

    @Test func `numbers`() throws {
        #expect(try arguments("0.25").number("x", in: 0...0.5) == 0.25)
        #expect(try arguments("5e-1").number("x", in: 0...0.5) == 0.5)
        for text in ["0.51", "-0.1", "nan", "inf", "", "a", "0,3"] {
            let given = try arguments(text)
            let error = #expect(throws: UsageError.self) { try given.number("x", in: 0...0.5) }
            #expect(error?.description.contains("0.0 to 0.5, not “\(text)”") == true)
        }
    }

    @Test func `words`() throws {
        #expect(try arguments("b").choice("x", of: ["a", "b"]) == "b")
        let given = try arguments("B")
        let error = #expect(throws: UsageError.self) { try given.choice("x", of: ["a", "b"]) }
        #expect(error?.description.contains("--x is one of a, b, not “B”") == true)
    }

    @Test func `what is not given is nil, or missing where it is required`() throws {
        let none = try arguments(nil)
        #expect(try none.integer("x", in: 1...2) == nil && none.number("x", in: 0...1) == nil)
        #expect(try none.choice("x", of: []) == nil)
        let error = #expect(throws: UsageError.self) { try none.required("x") }
        #expect(error?.description.contains("--x is missing") == true)
        #expect(try arguments("v").required("x") == "v")
    }
}
