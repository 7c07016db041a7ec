import API
import Client

/// Asks who is in pictures.
struct PictureQuestions {
    /// Pictures in one request.
    static let chunk = 32

    private let top: Int?
    private let classifier: String?
    private let client: Client
    /// What was said beside the answers, each once.
    private(set) var warnings: [String] = []

    init(top: Int?, classifier: String?, _ client: Client) {
        (self.top, self.classifier, self.client) = (top, classifier, client)
    }

    /// Asks about pictures together, ``chunk`` at most; when one of them is bad, about each alone, so that the others get their answer.
    /// - Throws: what no other picture would help.
    mutating func ask(_ paths: [String]) throws -> [Result<PictureAnswer, Failure>] {
        do {
            let files = try paths.map { try ImagePaths.part($0) }
            let response = try client.call(
                ClassifyImages.self, .init(top: top, classifier: classifier, files: files))
            for warning in response.warnings where !warnings.contains(warning) { warnings.append(warning) }
            return zip(paths, response.results).map { .success(PictureAnswer($0, $1, of: response)) }
        } catch let error as ClientError where [.badModel, .classifierNotFound, .invalidName].contains(error.code) {
            // Of the classifier: it would come again with every picture.
            throw error
        } catch {
            let failure = Failure(error)
            guard failure.exitCode == .badInput || failure.exitCode == .notFound else { throw failure }
            if paths.count == 1 { return [.failure(failure)] }
            var results: [Result<PictureAnswer, Failure>] = []
            for path in paths { results += try ask([path]) }
            return results
        }
    }
}
