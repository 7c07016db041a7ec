import API
import FewShot
import Foundation
import Registry
import Testing

@testable import Daemon

/// Pictures asked about while heads are switched and characters come and go.
@Suite(.serialized) struct HeadSwitchTests {
    private static func enrolled(radius: String? = nil) async throws -> DaemonFixture {
        var settings = ["temperature": "0.5"]
        settings["radius"] = radius
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

    /// The radius lies between the distances that occur, so that some are known and some are not.
    @Test func `whichever head ranks, the nearest mean decides who is unknown`() async throws {
        let files = try Self.asked()
        let open = try await Self.enrolled()
        let all = try await ClassifyImages.answer(.init(files: files), open.services)
        #expect(all.head == "mean" && all.results.allSatisfy { !$0.unknown })
        #expect(all.results.allSatisfy { $0.meanDistance == $0.candidates.first?.distance })
        let distances = all.results.compactMap(\.meanDistance).sorted()
        let fixture = try await Self.enrolled(radius: "\((distances[8] + distances[9]) / 2)")
        for kind in HeadKind.allCases {
            _ = try await UseHead.answer(UseRequest(name: kind.rawValue), fixture.services)
            let response = try await ClassifyImages.answer(.init(files: files), fixture.services)
            #expect(response.head == kind.rawValue && response.results.count(where: \.unknown) == files.count - 9)
            for (result, mean) in zip(response.results, all.results) {
                #expect(result.meanDistance == mean.meanDistance)
                #expect(result.unknown == ((mean.meanDistance ?? 0) > (result.radius ?? 0)))
                #expect(result.character == (result.unknown ? nil : result.candidates.first?.character))
                #expect(result.candidates.count == 5)
            }
            if kind == .mean { #expect(response.results.map(\.candidates) == all.results.map(\.candidates)) }
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
