import Embedding
import Foundation
import Testing

/// The headers of files distinguish models and trained classifiers.
@Suite struct ModelFileKindTests {
    @Test func `a file that names classes is a classifier`() throws {
        #expect(try ModelFileKind(TestModels.file()) == .model)
        #expect(try ModelFileKind(TestModels.file(["classes": #"["a","b"]"#])) == .classifier)
    }

    @Test func `what is no safetensors file is neither`() throws {
        let file = try TestModels.file()
        for bad in [Data(), Data("{}".utf8), file.dropLast(), file + [0]] {
            let error = #expect(throws: ModelError.self) { try ModelFileKind(bad) }
            #expect(error?.code == .invalidModel)
        }
        // A part of other data, which does not begin at zero.
        #expect(try ModelFileKind((Data([1, 2, 3]) + file).dropFirst(3)) == .model)
    }
}
