import API
import Foundation

/// A file of `samples/requests`: an example of a request to the endpoint that the file is named for, and of its answer.
struct SampleRequest {
    let endpoint: String
    let method: String
    let path: Substring
    let query: [String: String]
    /// The answer; nil if it is not JSON.
    let response: JSONValue?
    /// The lines of an answer that is a stream.
    let lines: [JSONValue]

    private init(file: URL) throws {
        let sample = try JSON.decode(JSONValue.self, from: Data(contentsOf: file))
        endpoint = file.deletingPathExtension().lastPathComponent
        method = sample["method"]?.string ?? ""
        let sides = (sample["target"]?.string ?? "").split(separator: "?", maxSplits: 1)
        path = sides.first ?? ""
        query = try PercentEncoding.decodeQuery(sides.count > 1 ? sides[1] : "")
        response = sample["response"]
        lines = if case .array(let lines)? = sample["lines"] { lines } else { [] }
    }

    /// Every sample, by the name of its endpoint.
    static func all() throws -> [SampleRequest] {
        try FileManager.default.contentsOfDirectory(atPath: Samples.path + "/requests").sorted().map {
            try SampleRequest(file: URL(fileURLWithPath: "\(Samples.path)/requests/\($0)"))
        }
    }
}
