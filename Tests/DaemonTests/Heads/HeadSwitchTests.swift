import API
import FewShot
import Foundation
import Registry
import Statistics
import Testing

@testable import Daemon

/// Pictures asked about while heads are switched and characters come and go.
@Suite(.serialized) struct HeadSwitchTests {
    private static func enrolled(decision: String? = nil) async throws -> DaemonFixture {
        var settings = ["temperature": "0.5"]
        settings["decision"] = decision
        let fixture = try await DaemonFixture(model: settings)
        for name in try FileManager.default.contentsOfDirectory(atPath: Samples.path + "/enroll").sorted().prefix(5) {
            let request = EnrollImages.Request(name: name, files: try Samples.files("enroll/\(name)"))
            _ = try await EnrollImages.answer(request, fixture.services)
        }
        return fixture
    }

    private static func asked() throws -> [FilePart] {
        try FileManager.default.contentsOfDirectory(atPath: Samples.path + "/ask").sorted().prefix(5)
            .flatMap { try Samples.files("ask/\($0)") } + Samples.files("strangers")
    }

    /// The threshold lies between the probabilities that occur, so that some are known and some are not.
    @Test func `whichever head ranks, the likeliest character decides who is unknown`() async throws {
        let files = try Self.asked()
        // Embeddings of untrained weights lie far apart.
        func decision(_ threshold: Double) throws -> String {
            let rule = DecisionRule(
                covariance: TwoCovariance(between: 100, within: 100, dimensions: 4),
                curve: [.init(falseAccepts: 0.1, threshold: threshold)])
            return String(decoding: try JSONEncoder().encode(rule), as: UTF8.self)
        }
        let open = try await Self.enrolled(decision: decision(0))
        let all = try await ClassifyImages.answer(.init(files: files), open.services)
        #expect(all.head == "posterior" && all.results.allSatisfy { !$0.unknown })
        let probabilities = all.results.compactMap(\.probability).sorted(by: >)
        let threshold = (probabilities[8] + probabilities[9]) / 2
        let fixture = try await Self.enrolled(decision: decision(threshold))
        for kind in HeadKind.allCases {
            _ = try await UseHead.answer(UseRequest(name: kind.rawValue), fixture.services)
            let response = try await ClassifyImages.answer(.init(files: files), fixture.services)
            #expect(response.head == kind.rawValue && response.results.count(where: \.unknown) == files.count - 9)
            for (result, likely) in zip(response.results, all.results) {
                #expect(result.strangerProbability == likely.strangerProbability)
                #expect(result.unknown == ((likely.probability ?? 0) < threshold))
                #expect(result.character == (result.unknown ? nil : result.candidates.first?.character))
                #expect(result.candidates.count == 5)
                let sum = result.candidates.reduce(result.strangerProbability ?? 0) { $0 + $1.probability }
                #expect(abs(sum - 1) < 1e-4)
            }
            if kind == .posterior { #expect(response.results.map(\.candidates) == all.results.map(\.candidates)) }
        }
    }

    @Test func `every question is answered, by the head that its answer names`() async throws {
        let fixture = try await Self.enrolled()
        let services = fixture.services
        let file = try Samples.files("strangers")[0]
        var alone: [String: [Candidate]] = [:]
        for kind in HeadKind.allCases {
            _ = try await UseHead.answer(UseRequest(name: kind.rawValue), services)
            alone[kind.rawValue] = try await ClassifyImages.answer(.init(files: [file]), services).results[0].candidates
        }
        let answers = try await withThrowingTaskGroup(of: [ClassifyImages.Response].self) { group in
            group.addTask {
                for round in 0..<40 {
                    let kind = HeadKind.allCases[round % HeadKind.allCases.count]
                    _ = try await UseHead.answer(UseRequest(name: kind.rawValue), services)
                }
                return []
            }
            for _ in 0..<6 {
                group.addTask {
                    var answers: [ClassifyImages.Response] = []
                    for _ in 0..<30 { answers.append(try await ClassifyImages.answer(.init(files: [file]), services)) }
                    return answers
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(answers.count == 180)
        for answer in answers { #expect(answer.results[0].candidates == alone[answer.head]) }
    }

    /// A character that was enrolled before the question is among the candidates, one that was removed before is not.
    @Test func `answers keep up with characters that come and go`() async throws {
        let fixture = try await Self.enrolled()
        let services = fixture.services
        _ = try await UseHead.answer(UseRequest(name: "local-fisher"), services)
        let stranger = try Samples.files("strangers")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<3 {
                group.addTask {
                    for round in 0..<8 {
                        let name = "guest \(number) \(round)"
                        let request = EnrollImages.Request(name: name, files: stranger)
                        _ = try await EnrollImages.answer(request, services)
                        let with = try await ClassifyImages.answer(.init(top: 50, files: stranger), services)
                        #expect(with.results.allSatisfy { $0.candidates.contains { $0.character == name } })
                        _ = try await RemoveCharacter.answer(NamedRequest(name: name), services)
                        let without = try await ClassifyImages.answer(.init(top: 50, files: stranger), services)
                        #expect(!without.results.contains { $0.candidates.contains { $0.character == name } })
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}
