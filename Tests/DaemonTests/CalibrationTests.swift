import API
import Embedding
import FewShot
import Foundation
import Registry
import Statistics
import Testing

@testable import Daemon

/// Calibrations on what is enrolled: made, used, made again after changes, reset.
@Suite(.serialized) struct CalibrationTests {
    private static func enrolled(_ characters: Int = 12) async throws -> DaemonFixture {
        let fixture = try await DaemonFixture(model: ["temperature": "0.5", "radius": "3"])
        for number in 0..<characters {
            try await fixture.enroll("character \(number)", images: 5, seed: UInt64(number))
        }
        return fixture
    }

    private static func sample() throws -> FilePart {
        FilePart(name: "1.png", bytes: try Samples.picture("strangers/1.png"))
    }

    @Test func `answers use it and name it, until it is given up`() async throws {
        let fixture = try await Self.enrolled()
        let services = fixture.services
        let file = try Self.sample()
        let before = try await ClassifyImages.answer(.init(files: [file]), services)
        #expect(before.calibration == "model" && before.results[0].radius == 3)
        let made = try await RunCalibration.answer(.init(falseAccept: 0.1), services)
        let info = try #require(made.calibration)
        #expect(made.followsChanges && made.identity.count == 12)
        #expect(info.allowedFalseAccepts == 0.1 && info.characters == 12 && info.pictures == 48)
        #expect(info.falseAccepts.low <= info.falseAccepts.mean + 1e-9 && info.falseAccepts.high > 0.01)
        for kind in [HeadKind.mean, .localFisher] {
            _ = try await UseHead.answer(UseRequest(name: kind.rawValue), services)
            let after = try await ClassifyImages.answer(.init(files: [file]), services)
            #expect(after.calibration == made.identity)
            let result = after.results[0]
            #expect(result.meanDistance == before.results[0].meanDistance && result.radius != 3)
            #expect(result.unknown == ((result.meanDistance ?? 0) > (result.radius ?? 0)))
        }
        // The same pictures give the same calibration.
        #expect(try await RunCalibration.answer(.init(), services) == made)
        #expect(try await ShowCalibration.answer(EmptyRequest(), services) == made)
        #expect(try await ResetCalibration.answer(EmptyRequest(), services).identity == "model")
        _ = try await UseHead.answer(UseRequest(name: "mean"), services)
        #expect(try await ClassifyImages.answer(.init(files: [file]), services) == before)
    }

    /// The one that follows changes may be under way when the owner asks.
    @Test func `who asks while another runs gets one of what is enrolled then`() async throws {
        let services = try await Self.enrolled().services
        let rates = try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1...6 {
                group.addTask { _ = try await RunCalibration.answer(.init(falseAccept: Double(number) / 10), services) }
            }
            try await group.waitForAll()
            let status = try await ShowCalibration.answer(EmptyRequest(), services)
            return (
                status.calibration?.allowedFalseAccepts, try await services.registry.setting(CalibrationHost.setting)
            )
        }
        #expect(rates.0 != nil && rates.1.flatMap(Double.init) == rates.0)
    }

    @Test func `a restart keeps it, and the choice`() async throws {
        let fixture = try await Self.enrolled()
        let made = try await RunCalibration.answer(.init(falseAccept: 0.2), fixture.services)
        let model = try await fixture.services.models.active().model
        let restarted = try await fixture.restarted()
        #expect(restarted.calibrations.status(for: model) == made)
        try await restarted.models.loadActive()
        let again = try await RunCalibration.answer(.init(), restarted)
        #expect(again.calibration?.allowedFalseAccepts == 0.2)
        await restarted.registry.close()
    }

    @Test func `it follows what is enrolled by itself`() async throws {
        let fixture = try await Self.enrolled()
        let services = fixture.services
        let model = try await services.models.active().model
        let made = try await RunCalibration.answer(.init(), services)
        services.calibrations.start(pause: .milliseconds(20))
        defer { services.calibrations.stop() }
        try await fixture.enroll("somebody new", images: 5, seed: 99)
        for _ in 0..<500 where services.calibrations.status(for: model).calibration?.characters != 13 {
            try await Task.sleep(for: .milliseconds(20))
        }
        let followed = services.calibrations.status(for: model)
        #expect(followed.calibration?.characters == 13 && followed.identity != made.identity)
        // Too few are left: the model's own values, and the choice is kept.
        for number in 0..<12 { _ = try await services.registry.removeCharacter(named: "character \(number)") }
        for _ in 0..<500 where services.calibrations.status(for: model).identity != "model" {
            try await Task.sleep(for: .milliseconds(20))
        }
        let last = services.calibrations.status(for: model)
        #expect(last.identity == "model" && last.followsChanges)
    }

    @Test func `too few pictures leave everything as it is`() async throws {
        let fixture = try await DaemonFixture()
        try await fixture.enroll("Rei", images: 5, seed: 1)
        try await fixture.enroll("Asuka", images: 1, seed: 2)
        let error = await #expect(throws: APIError.self) {
            try await RunCalibration.answer(.init(falseAccept: 0.1), fixture.services)
        }
        #expect(error?.code == .tooFewImages && error?.message.contains("1 of 2 have so many") == true)
        #expect(try await ShowCalibration.answer(EmptyRequest(), fixture.services).followsChanges == false)
        #expect(try await fixture.registry.setting("calibration.false-accept") == nil)
    }

    /// 0.1.0 wrote `rate` where this version writes `mean`.
    @Test func `a calibration that 0.1.0 stored is read`() throws {
        let rate = #"{"high":0.5,"low":0.125,"rate":0.25}"#
        let value = """
            {"info":{"allowed_false_accepts":0.1,"calibration_error":\(rate),"characters":12,"common_radius":0.75,\
            "false_accepts":\(rate),"false_rejects":\(rate),"named_rightly":{"high":1,"low":0.75,"rate":0.875},"pictures":48,\
            "temperature":0.5},"radii":{"7":0.625}}
            """
        let stored = StoredCalibration(
            identity: String(repeating: "0123456789abcdef", count: 4), value: value, madeAt: Date())
        let calibration = try Calibration(stored, model: "m")
        #expect(calibration.identity == "0123456789ab" && calibration.report.pictures == 48)
        #expect(calibration.report.falseAccepts == Estimate(mean: 0.25, low: 0.125, high: 0.5))
        #expect(calibration.report.namedRightly == Estimate(mean: 0.875, low: 0.75, high: 1))
        #expect(calibration.radius(of: 7) == 0.625 && calibration.radius(of: 8) == 0.75)
    }

    @Test func `a rate that is none is refused`() {
        for text in ["", "x", "-0.1", "0.6", "nan"] {
            let error = #expect(throws: APIError.self) {
                try RunCalibration.Request(message: .init(query: ["false_accept": text]))
            }
            #expect(error?.code == .badParameter, "\(text)")
        }
    }

    /// The follower may wait for its turn while the owner goes back to the model's own values.
    @Test func `what was reset does not come back`() async throws {
        let services = try await Self.enrolled().services
        let model = try await services.models.active().model
        _ = try await RunCalibration.answer(.init(falseAccept: 0.1), services)
        let (open, gate) = AsyncStream.makeStream(of: Void.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            // The turns come in the order in which they were asked for.
            group.addTask {
                try await services.calibrations.changing(model: model.identity) { for await _ in open {} }
            }
            try await Task.sleep(for: .milliseconds(50))
            group.addTask { try await services.calibrations.reset() }
            try await Task.sleep(for: .milliseconds(50))
            group.addTask { await services.calibrations.follow() }
            try await Task.sleep(for: .milliseconds(50))
            gate.finish()
            try await group.waitForAll()
        }
        let status = services.calibrations.status(for: model)
        #expect(status.identity == "model" && !status.followsChanges)
        #expect(try await services.registry.setting(CalibrationHost.setting) == nil)
        #expect(try await services.registry.calibration(model: model.identity) == nil)
    }
}
