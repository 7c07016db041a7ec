import API
import Foundation
import TestSupport
import Testing

@testable import Registry

/// Two registries of one database, as two daemons have them.
@Suite(.disabled(if: TestDatabase.isFile, "there is no server; run: make test-postgresql")) struct SharedRegistryTests {
    let scratch = try? ScratchDirectory()

    private func both() async throws -> (Registry, Registry) {
        (try await .scratch(try #require(scratch)), try await open("other"))
    }

    private func open(_ folder: String) async throws -> Registry {
        let scratch = try #require(scratch)
        return try await Registry.open(
            directory: scratch.path + "/" + folder, database: try TestDatabase.address(for: scratch.data))
    }

    /// All that a search says, to the last bit.
    private func answers(of registry: Registry) throws -> [Neighbor] {
        try registry.search(queries: [[1, 2, 3, 4]], model: modelA, top: 99, temperature: 1)[0]
    }

    @Test func `one shows what the other has changed, to the last bit`() async throws {
        let (one, other) = try await both()
        func expectSame(_ what: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
            try await other.catchUp()
            #expect(other.revision == one.revision, "\(what)", sourceLocation: sourceLocation)
            #expect(try answers(of: other) == answers(of: one), "\(what)", sourceLocation: sourceLocation)
        }
        for number in 1...3 {
            let images = (0..<4).map { newImage(number * 10 + $0, [Float(number), Float($0), 0.1, 1 / 3]) }
            _ = try await one.enroll(character: "c\(number)", images: images, model: modelA)
        }
        #expect(try answers(of: other).isEmpty)
        try await expectSame("enrolled")
        #expect(try answers(of: other).count == 3)
        _ = try await one.renameCharacter("c1", to: "Asuka")
        try await expectSame("renamed")
        #expect(other.enrolledNames.contains("Asuka"))
        _ = try await one.removeCharacter(named: "c2")
        try await expectSame("removed")
        _ = try await one.rebuildPrototypes(character: nil)
        try await expectSame("rebuilt")
        try await one.execute("DELETE FROM changes")
        _ = try await one.enroll(character: "c3", images: [newImage(99, [5, 5, 5, 5])], model: modelA)
        try await expectSame("a log that does not go back")
    }

    /// A change of one that is behind shows what the other did first.
    @Test func `an own change never shows without those before it`() async throws {
        let (one, other) = try await both()
        _ = try await one.enroll(character: "first", images: [newImage(1, [1, 0, 0, 0])], model: modelA)
        _ = try await other.enroll(character: "second", images: [newImage(2, [0, 1, 0, 0])], model: modelA)
        #expect(Set(other.enrolledNames) == ["first", "second"])
        #expect(one.enrolledNames == ["first"] && other.revision == one.revision + 1)
        try await one.reach(other.revision)
        #expect(try answers(of: one) == answers(of: other))
    }

    @Test func `rejections, tokens and sessions are shared`() async throws {
        let (one, other) = try await both()
        _ = try await one.enroll(character: "c", images: [newImage(1, [1, 0, 0, 0])], model: modelA)
        _ = try await one.createToken(named: "t", role: .reader, sha256: digest(7))
        let session = try await one.createSession(
            uid: 5, role: .reader, expiresAt: .now + 60, sha256: digest(8), tokenSHA256: digest(9))
        #expect(other.token(sha256: digest(7), usedAt: .now) == nil && !other.hasToken(named: "t"))
        try await other.catchUp()
        #expect(other.token(sha256: digest(7), usedAt: .now)?.name == "t" && other.hasToken(named: "t"))
        #expect(
            other.session(sha256: digest(8), usedAt: .now)?.session.id == session.id && other.hasSession(session.id))
        _ = try await other.reject(character: "c", images: [newImage(2, [1.1, 0, 0, 0])], model: modelA)
        _ = try await other.revokeToken(named: "t")
        _ = try await other.revokeSession(session.id)
        try await one.catchUp()
        #expect(one.token(sha256: digest(7), usedAt: .now) == nil && !one.hasSession(session.id))
        let key = PictureKey(sha256: digest(2), box: nil)
        #expect(one.rejected(embedding: [1.1, 0, 0, 0], key: key, model: modelA) == ["c": 1])
    }

    @Test func `what is kept in memory elsewhere is told`() async throws {
        let (one, other) = try await both()
        let told = other.foreignChanges()
        try await one.setSetting("head", "mean")
        _ = try await one.createJob(kind: .pretrain, name: nil, arguments: [])
        _ = try await one.addWebhook(named: "w", url: "http://127.0.0.1/", events: [.job], secret: "s")
        try await other.catchUp()
        // Its own changes are not told.
        try await other.setSetting("head", "posterior")
        try await one.proposeModel(identity: modelA)
        try await other.catchUp()
        await other.close()
        var kinds: [Set<ChangeKind>] = []
        for await set in told { kinds.append(set) }
        #expect(kinds == [[.settings, .jobs, .webhooks], [.proposedModel]])
    }

    @Test func `a swapped model is one state`() async throws {
        let (one, other) = try await both()
        _ = try await one.enroll(character: "c", images: [newImage(1, [1, 0, 0, 0])], model: modelA)
        _ = try await one.importModel(
            identity: modelB, name: "B", architecture: "resnet12", dimensions: 2, metadata: "{}", bytes: Data([4]))
        let image = try await one.images(of: "c")[0].id
        try await one.storeEmbeddings(model: modelB, [(image, [3, 4])])
        _ = try await one.activateModel(identity: modelB)
        try await other.catchUp()
        await expect(.modelNotActive) { _ = try answers(of: other) }
        let found = try other.search(queries: [[3, 4]], model: modelB, top: 1, temperature: 1)[0]
        #expect(found.map(\.distance) == [0])
    }

    @Test func `a job is worked on by one daemon, until it is gone`() async throws {
        let (one, other) = try await both()
        try await one.follow(version: "1")
        try await other.follow(version: "1")
        let id = try await one.createJob(kind: .pretrain, name: nil, arguments: []).id
        let hold = try await one.startJob(id).hold
        #expect(try await other.nextJob(of: [.pretrain]) == nil)
        #expect(try await one.nextJob(of: [.pretrain])?.id == id)
        #expect(try await other.isElsewhere(id))
        await expect(.jobTaken) { _ = try await other.startJob(id) }
        // It was not seen for longer than its lease, and lives all the same.
        await one.peers.stop()
        try await other.execute(
            """
            INSERT INTO daemons (id, name, version, started_at, seen_at, revision)
            VALUES ('\(one.identity.id)', 'one', '1', 0, (extract(epoch FROM now()) * 1000)::bigint - 11000, 0)
            """)
        #expect(try await other.nextJob(of: [.pretrain])?.id == id)
        let taken = try await other.startJob(id).hold
        #expect(try await one.isHeld(hold) == false)
        #expect(try await other.isHeld(taken))
        // Whatever it writes for the job is refused, and nothing of it is left.
        await Registry.$hold.withValue(hold) {
            await expect(.jobTaken) { try await one.recordProgress(id, "{}") }
            await expect(.jobTaken) { _ = try await one.finishJob(id, model: modelB) }
            await expect(.jobTaken) {
                _ = try await one.importModel(
                    identity: modelB, name: "B", architecture: "resnet12", dimensions: 4, metadata: "{}",
                    bytes: Data([1]))
            }
        }
        #expect(try await one.models().map(\.name) == ["A"])
        let end = try await Registry.$hold.withValue(taken) { try await other.finishJob(id, model: modelB) }
        #expect(end.state == .finished && end.progress == nil)
    }

    @Test func `daemons are seen, and the one that has lived longest leads`() async throws {
        let (one, other) = try await both()
        #expect(one.isLeader && one.liveDaemons.isEmpty)
        try await one.follow(version: "1.2.3")
        try await other.follow(version: "1.2.4")
        #expect(one.isLeader && !other.isLeader)
        let seen = try await other.daemons()
        #expect(seen.map(\.id) == [one.identity.id, other.identity.id] && seen.map(\.version) == ["1.2.3", "1.2.4"])
        #expect(seen.map(\.isLive) == [true, true])
        await one.close()
        #expect(try await other.daemons().map(\.id) == [other.identity.id])
        for _ in 0..<100 where !other.isLeader { try await Task.sleep(for: .milliseconds(50)) }
        #expect(other.isLeader)
        // The same folder is the same daemon.
        #expect(DaemonIdentity(in: try #require(scratch).data) == one.identity)
    }

    /// 100 ms is what a change may take to be seen; here the machine may be busy with other tests.
    @Test func `a change is seen without asking`() async throws {
        let (one, other) = try await both()
        try await other.follow(version: "1")
        _ = try await one.enroll(character: "c", images: [newImage(1, [1, 0, 0, 0])], model: modelA)
        for _ in 0..<400 where other.revision < one.revision { try await Task.sleep(for: .milliseconds(5)) }
        #expect(other.enrolledNames == ["c"])
        try other.checkIsCurrent()
    }

    /// A connection that listens is cut, and changes happen before it is there again.
    @Test func `a listener that was cut off catches up`() async throws {
        let (one, other) = try await both()
        try await other.follow(version: "1")
        try await one.execute(
            """
            DO $$ BEGIN PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND query LIKE '%daemons%' AND pid <> pg_backend_pid(); END $$
            """)
        _ = try await one.enroll(character: "c", images: [newImage(1, [1, 0, 0, 0])], model: modelA)
        for _ in 0..<1000 where other.revision < one.revision { try await Task.sleep(for: .milliseconds(5)) }
        #expect(other.enrolledNames == ["c"])
    }

    @Test func `a served database is not copied and not brought to a newer version`() async throws {
        let (one, other) = try await both()
        let address = try TestDatabase.address(for: try #require(scratch).data) ?? ""
        let target = try #require(scratch).path + "/copy"
        await expect(.databaseLocked) { _ = try Registry.copy(from: address, to: target) { _ in true } }
        let place = try DatabasePlace(address, directory: target)
        let known = try place.migrations()
        let newer = known + [Migration(number: known[known.count - 1].number + 1, name: "0099_new", sql: "SELECT 1")]
        await expect(.databaseLocked) { _ = try Registry.open(directory: target, place: place, migrations: newer) }
        await one.close()
        await expect(.databaseLocked) { _ = try Registry.open(directory: target, place: place, migrations: newer) }
        await other.close()
        let third = try Registry.open(directory: target, place: place, migrations: newer)
        await expect(.databaseNewer) { _ = try await open("other") }
        await third.close()
    }

    @Test func `calibrations take turns`() async throws {
        let (one, other) = try await both()
        let order = AsyncStream.makeStream(of: String.self)
        try await one.calibrating {
            let waiting = Task {
                try await other.calibrating { _ = order.continuation.yield("other") }
                order.continuation.finish()
            }
            try await Task.sleep(for: .milliseconds(300))
            order.continuation.yield("one")
            _ = waiting
        }
        var seen: [String] = []
        for await name in order.stream { seen.append(name) }
        #expect(seen == ["one", "other"])
    }
}
