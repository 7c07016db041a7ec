import Foundation
import FuzzTargets
import Testing

/// What fuzzing has found worth keeping, fed again: an input for each path through the code, and each one that once broke something.
@Suite struct CorpusTests {
    private static let corpus = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Corpus")

    @Test(arguments: FuzzTarget.allCases)
    func `every kept input is taken`(target: FuzzTarget) throws {
        let folder = Self.corpus.appending(path: target.rawValue)
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        #expect(files.count >= 10)
        for file in files {
            #expect(throws: Never.self, "\(file.lastPathComponent)") {
                try target.feed([UInt8](Data(contentsOf: file)))
            }
        }
    }

    /// The requests' table is written by hand: a new endpoint must be in it.
    @Test func `every endpoint is fuzzed`() throws {
        let root = Self.corpus.appending(path: "../../..").standardizedFileURL
        let folder = root.appending(path: "Sources/API/Endpoints")
        let endpoints = try FileManager.default.contentsOfDirectory(atPath: folder.path).flatMap { file in
            let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
            return text.matches(of: /enum (\w+): (?:Streaming|Work)?Endpoint\b/).map { String($0.1) }
        }
        let table = try String(
            contentsOf: root.appending(path: "Tests/FuzzTargets/FuzzedRequests.swift"), encoding: .utf8)
        #expect(table.matches(of: /Reader\((\w+)\.self\)/).map { String($0.1) } == endpoints.sorted())
    }
}
