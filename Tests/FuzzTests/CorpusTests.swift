import Foundation
import Testing

@testable import FuzzTargets

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

    /// The fuzzed endpoints are listed by hand. A new one has a sample request, by which it is missed here.
    @Test func `every endpoint is fuzzed`() throws {
        let samples = Self.corpus.appending(path: "../../../samples/requests").standardizedFileURL
        let files = try FileManager.default.contentsOfDirectory(atPath: samples.path).sorted()
        #expect(FuzzedRequests.endpoints.map { $0 + ".json" } == files)
    }
}
