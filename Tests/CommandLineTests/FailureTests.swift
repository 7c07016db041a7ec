import API
import Client
import FewShot
import Options
import Testing

@testable import CommandLine

/// Errors as the command line reports them.
@Suite struct FailureTests {
    @Test func `the code decides the exit status`() {
        #expect(Failure(ClientError(.characterNotFound, "x")).exitCode == .notFound)
        #expect(Failure(APIError(.busy, "x")).exitCode == .conflict)
        #expect(Failure(.stopped, "nothing was changed").exitCode == .interrupted)
        let usage = Failure(UsageError("wrong", Declaration(name: "aniwho x", summary: "")))
        #expect(
            usage.code == .usage && usage.message == "wrong" && usage.advice?.contains("see aniwho x --help") == true)
    }

    @Test func `several failures are one that names each`() {
        let failures = [Failure(.badImage, "a"), Failure(.fileNotFound, "b")]
        let both = Failure(failures, of: 5, "pictures", "are bad")
        #expect(both.message == "2 of 5 pictures are bad" && both.causes == ["a", "b"] && both.code == .badImage)
        #expect(Failure([failures[0]], of: 1, "pictures", "are bad").message == "a")
        #expect(Failure([failures[0]], of: 2, "pictures", "are bad").causes == ["a"])
    }

    @Test(arguments: [
        ([:], true), (["NO_COLOR": "1"], false), (["NO_COLOR": ""], true), (["TERM": "dumb"], false),
        (["TERM": "xterm"], true),
    ])
    func `the environment can forbid color`(environment: [String: String], isAllowed: Bool) {
        #expect(Console.allowsColor(environment) == isAllowed)
    }
}
