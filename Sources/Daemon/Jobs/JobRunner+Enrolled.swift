import API
import Foundation
import Registry

/// Work on what is enrolled as a job. The daemon does it itself, without a child process.
extension JobRunner {
    /// - Returns: what it gave, as JSON.
    func workOnEnrolled(_ job: Job, resumes: Bool) async throws -> Data {
        try tellLaunch(of: job.id, resumed: resumes)
        if job.kind != .backUp { try await waitForModel(job.id) }
        let beginning: EnrolledWork.Beginning
        do { beginning = try await begin(job, resumes) } catch let error as APIError where error.code == .notReady {
            // The daemon stops.
            throw JobFailure.stopped
        }
        switch beginning {
        case .done(let result): return result
        case .begun(let feed):
            current[job.id]?.stop = { feed.stop() }
            if isStopping || isCancelled(job.id) { feed.stop() }
            return try await follow(feed, job.id)
        }
    }

    /// Waits for the model that answers. Right after the daemon's start, loading it may take long.
    private func waitForModel(_ id: Int64) async throws {
        while true {
            guard !isStopping, !isCancelled(id) else { throw JobFailure.stopped }
            do {
                _ = try await models.active(timeout: .milliseconds(100))
                return
            } catch let error as APIError where error.code == .notReady { continue }
        }
    }

    /// Appends the work's progress to the job's events and, at most once a second, stores it in the registry.
    private func follow(_ feed: WorkFeed, _ id: Int64) async throws -> Data {
        var kept = ContinuousClock.now - .seconds(1)
        for await event in feed.events {
            switch event {
            case .progress(let progress):
                let line = try JSON.encode(progress.line)
                tell(line, id)
                guard ContinuousClock.now - kept >= .seconds(1) else { continue }
                kept = .now
                await keep(line, id)
            case .end(let result): return try JSON.encode(result)
            // Somebody cancelled it, or the daemon stops.
            case .error(.notReady, _): throw JobFailure.stopped
            case .error(let code, let message): throw APIError(code, message)
            }
        }
        throw JobFailure.stopped
    }

    /// Cancels work that runs, and waits for its end: it may be too late.
    func stopWork(_ id: Int64) async throws -> Job {
        current[id]?.isCancelled = true
        current[id]?.stop?()
        while current[id] != nil { try await Task.sleep(for: .milliseconds(10)) }
        let job = try await registry.job(id)
        guard job.state == .cancelled else {
            throw APIError(.jobEnded, "job \(id) has ended already: it is \(job.state.rawValue)")
        }
        return job
    }
}
