import API
import Foundation
import Testing

@testable import Registry

/// Keys that make a repeated request for a job the same request.
@Suite struct JobKeyTests {
    let scratch = try? ScratchDirectory()

    @Test func `the same key gives the same job, whatever has become of it`() async throws {
        let registry = try await Registry.scratch(try #require(scratch))
        func queue(_ key: JobKey?, by author: String = "uid 7") async throws -> Job {
            try await Registry.$author.withValue(author) {
                try await registry.createWork(kind: .calibrate, arguments: [], key: key)
            }
        }
        let key = JobKey("k", request: "a")
        let first = try await queue(key)
        _ = try await registry.startJob(first.id)
        let ended = try await registry.finishJob(first.id, result: #"{"x":1}"#)
        #expect(ended.result?["x"]?.integer == 1 && ended.state == .finished)
        #expect(try await queue(key) == ended)
        // Without a key, with another one, and of somebody else it is a job of its own.
        #expect(try await queue(nil).id == 2)
        #expect(try await queue(JobKey("k2", request: "a")).id == 2)
        #expect(try await queue(key, by: "token bot").id == 2)
        await expect(.keyReused) { _ = try await queue(JobKey("k", request: "b")) }
        #expect(try await registry.jobs().count == 2)
        // The key is gone with its job.
        #expect(try await registry.removeJob(first.id))
        #expect(try await queue(JobKey("k", request: "b")).id == 2)
    }

    @Test func `a key serves trainings and changes of the model, too`() async throws {
        let registry = try await Registry.scratch(try #require(scratch))
        func train(_ name: String, _ key: JobKey) async throws -> Job {
            try await registry.createJob(kind: .pretrain, name: name, arguments: [], key: key)
        }
        let first = try await train("N", JobKey("k", request: "a"))
        #expect(try await train("N", JobKey("k", request: "a")) == first)
        await expect(.modelExists) { _ = try await train("N", JobKey("k2", request: "a")) }
        // What was refused has used no key up.
        #expect(try await train("M", JobKey("k2", request: "b")).id == 2)
    }

    @Test func `a failure of the daemon's own work has a code`() async throws {
        let registry = try await Registry.scratch(try #require(scratch))
        let job = try await registry.createWork(kind: .backUp, arguments: ["{}"])
        #expect(job.name == "back-up-1" && job.arguments == ["{}"])
        let failed = try await registry.failJob(job.id, error: "no room", code: .storageFull)
        #expect(failed.errorCode == "storage_full" && failed.result == nil)
    }
}
