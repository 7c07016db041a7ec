import API
import Foundation
import Registry
import Synchronization
import Testing

@testable import Daemon

/// Computations that requests share.
@Suite(.serialized) struct SharedWorkTests {
    /// Waits at most a minute.
    static func until(_ holds: @Sendable () -> Bool) async throws {
        for _ in 0..<12_000 where !holds() { try await Task.sleep(for: .milliseconds(5)) }
        try #require(holds())
    }

    @Test func `equal requests share one computation`() async throws {
        let (work, held) = (SharedWork("test"), HeldWork())
        let askers = (0..<5).map { _ in Task { try await work("a") { _ in try await held.work(work.background) } } }
        try await Self.until { work.figures.requests == 5 }
        #expect(work.figures.computations == 1)
        held.end()
        for asker in askers { #expect(try await asker.value == 7) }
        #expect(held.started == 1 && work.figures == (0, 0))
        // Nothing is kept: a later request computes again.
        #expect(try await work("a") { _ in try await held.work(work.background) } == 7)
        #expect(held.started == 2)
    }

    @Test func `nothing is loaded before its turn`() async throws {
        let (work, first, second) = (SharedWork("test"), HeldWork(), HeldWork())
        let one = Task { try await work("a") { _ in try await first.work(work.background) } }
        try await Self.until { first.started == 1 }
        let two = Task { try await work("b") { _ in try await second.work(work.background) } }
        try await Self.until { work.figures.computations == 2 }
        try await Task.sleep(for: .milliseconds(100))
        #expect(second.started == 0)
        first.end()
        second.end()
        for asker in [one, two] { #expect(try await asker.value == 7) }
    }

    @Test func `a computation stops when the last asker has left`() async throws {
        let (work, held) = (SharedWork("test"), HeldWork())
        let askers = (0..<3).map { _ in Task { try await work("a") { _ in try await held.work(work.background) } } }
        try await Self.until { work.figures.requests == 3 && held.started == 1 }
        for asker in askers.dropLast() { asker.cancel() }
        try await Self.until { work.figures.requests == 1 }
        try await Task.sleep(for: .milliseconds(50))
        #expect(held.stopped == 0)
        askers[2].cancel()
        for asker in askers {
            let error = await #expect(throws: RegistryError.self) { try await asker.value }
            #expect(error?.reason == .interrupted)
        }
        #expect(work.figures == (0, 0))
        try await Self.until { held.stopped == 1 }
    }

    @Test func `who leaves before the turn has nothing computed`() async throws {
        let (work, first, second) = (SharedWork("test"), HeldWork(), HeldWork())
        let one = Task { try await work("a") { _ in try await first.work(work.background) } }
        try await Self.until { first.started == 1 }
        let two = Task { try await work("b") { _ in try await second.work(work.background) } }
        try await Self.until { work.figures.computations == 2 }
        two.cancel()
        try await Self.until { work.figures.computations == 1 }
        // Asked again while the one that was given up still waits for its turn.
        let three = Task { try await work("b") { _ in try await second.work(work.background) } }
        try await Self.until { work.figures.computations == 2 }
        second.end()
        first.end()
        for asker in [one, three] { #expect(try await asker.value == 7) }
        await #expect(throws: RegistryError.self) { try await two.value }
        #expect(second.started == 1)
    }

    @Test func `the daemon's end stops what is under way, and refuses more`() async throws {
        let (work, held) = (SharedWork("test"), HeldWork())
        let asker = Task { try await work("a") { _ in try await held.work(work.background) } }
        try await Self.until { held.started == 1 }
        work.stop()
        await #expect(throws: RegistryError.self) { try await asker.value }
        let error = await #expect(throws: APIError.self) { try await work("b") { _ in 1 } }
        #expect(error?.code == .notReady)
    }

    @Test func `every follower gets the progress and the end`() async throws {
        let work = SharedWork("test")
        let log = Log(threshold: .error, format: .text)
        let (mayGo, held) = (HeldWork(), HeldWork())
        let feeds = (0..<2).map { _ in
            work.feed("counting", of: "a", log) { report in
                _ = try await mayGo.work(work.background)
                for done in 1...3 { report(done, 3) }
                return WrittenBackup(file: "x", bytes: try await held.work(work.background))
            }
        }
        try await Self.until { work.figures.requests == 2 }
        mayGo.end()
        held.end()
        for feed in feeds {
            let events: [Told<WrittenBackup>] = try await feed.told()
            #expect(events.last == .end(WrittenBackup(file: "x", bytes: 7)))
            #expect(events.contains(.progress(WorkProgress(step: "counting", done: 3, total: 3))))
        }
        let given = HeldWork()
        let feed = work.feed("counting", of: "b", log) { _ in
            WrittenBackup(file: "x", bytes: try await given.work(work.background))
        }
        try await Self.until { given.started == 1 }
        feed.stop()
        try await Self.until { given.stopped == 1 }
    }

    /// The dearest requests of readers, asked of their routes while another computation has the turn.
    @Test func `the routes share their computations, and load when their turn comes`() async throws {
        let fixture = try await DaemonFixture(model: ["radius": "1000"])
        let (services, held) = (fixture.services, HeldWork())
        defer { withExtendedLifetime(fixture) {} }
        for name in ["A", "B", "C", "D", "E"] { try await fixture.enroll(name, images: 3, seed: 1) }
        _ = try await KeepInInbox.answer(.init(files: try Samples.files("strangers")), services)
        for work in [services.reviews, services.checks, services.comparisons, services.fits] {
            Task { try await work("held") { _ in try await held.work(work.background) } }
        }
        try await Self.until { held.started == 4 }
        let reviews = (0..<3).map { _ in Task { try await ReviewRegistry.answer(EmptyRequest(), services) } }
        let splits = (0..<3).map { _ in Task { try await ProposeSplit.answer(NamedRequest(name: "A"), services) } }
        let groups = (0..<3).map { _ in Task { try await GroupInbox.answer(.init(), services) } }
        let checks = (0..<3).map { _ in Task { try await ReviewCharacter.answer(NamedRequest(name: "A"), services) } }
        var streams: [WorkFeed] = []
        for _ in 0..<3 { streams.append(try await CompareHeads.start(EmptyRequest(), services)) }
        let uses = (0..<3).map { _ in
            Task { try await UseHead.answer(.init(name: "mean", dryRun: true), services).answers?.totals.images }
        }
        var calibrations: [WorkFeed] = []
        for _ in 0..<3 { calibrations.append(try await RunCalibration.start(.init(falseAccept: 0.1), services)) }
        try await Self.until {
            services.fits.figures == (3, 7) && services.reviews.figures == (4, 10) && services.checks.figures == (2, 4)
                && services.comparisons.figures == (2, 4)
        }
        // A change makes the next request another one.
        try await fixture.enroll("F", images: 3, seed: 1)
        let later = Task { try await ReviewRegistry.answer(EmptyRequest(), services) }
        try await Self.until { services.reviews.figures == (5, 11) }
        held.end()
        for review in reviews { #expect(try await review.value.characters == 6) }
        #expect(try await later.value.characters == 6)
        for split in splits { #expect(try await split.value == splits[0].value) }
        for group in groups { #expect(try await group.value == groups[0].value) }
        for check in checks { #expect(try await check.value == checks[0].value) }
        for use in uses { #expect(try await use.value == 18) }
        for calibration in calibrations {
            let events: [Told<RunCalibration.Outcome>] = try await calibration.told()
            guard case .end(let end) = try #require(events.last) else { throw APIError(.internal, "no end") }
            #expect(end.calibration?.characters == 6)
        }
        for stream in streams {
            let events: [Told<CompareHeads.Outcome>] = try await stream.told()
            guard case .end(let end) = try #require(events.last) else { throw APIError(.internal, "no end") }
            #expect(end.characters == 6)
        }
    }
}
