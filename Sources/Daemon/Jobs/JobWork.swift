import API
import Foundation
import Registry

/// Why a job did not succeed.
enum JobFailure: Error {
    /// For good, and why.
    case failed(String)
    /// It was told to stop: cancelled, or the daemon stops.
    case stopped
}

/// The work on one job, from its folder to its end.
extension JobRunner {
    func perform(_ job: JobRecord) async {
        let folder = folder(of: job.id)
        let change = JobKind(rawValue: job.kind).flatMap { $0.changesModel ? $0 : nil }
        let resumes = job.state == .running && (change != nil || folder.hasCheckpoint)
        // A change of the model starts none.
        let child = child(for: job, in: folder, resumes: resumes)
        current[job.id] = Current(child: change == nil ? child : nil)
        defer { current[job.id] = nil }
        do {
            _ = try await registry.startJob(job.id)
        } catch {
            // Cancelled since it was read; else it is tried again.
            if error.code == .jobEnded { return await settle(job, .failure(.stopped)) }
            log.write(.error, "job cannot start", ["job": String(job.id), "message": error.message])
            // Who asked for a change of the model waits for its end, and is told; a training can wait for room on the disk.
            if change != nil { return await settle(job, .failure(.failed(error.message))) }
            return await pause()
        }
        log.write(.info, "job runs", ["job": String(job.id), "kind": job.kind, "resumed": String(resumes)])
        let result: Result<String, JobFailure>
        do {
            if job.state == .queued { try folder.clear() }
            try folder.make()
            let identity =
                if let change { try await changeModel(job, change, resumes: resumes) } else {
                    try await makeProduct(job, folder, child, resumes: resumes)
                }
            result = .success(identity)
        } catch let failure as JobFailure {
            result = .failure(failure)
        } catch {
            result = .failure(.failed(APIError(describing: error).message))
        }
        await settle(job, result)
    }

    private func child(for job: JobRecord, in folder: JobFolder, resumes: Bool) -> ChildProcess {
        ChildProcess(
            program: program,
            arguments: [job.kind]
                + (resumes
                    ? ["--resume", folder.run]
                    : ["--run", folder.run] + (job.fromRegistry ? ["--data", JobFolder.classListInFolder] : [])
                        + job.arguments),
            directory: folder.path, messages: folder.messages, lock: folder.lock)
    }

    /// Runs the command, unless an earlier daemon saw it finish, and imports what it made.
    /// - Returns: the identity of what it made.
    private func makeProduct(
        _ job: JobRecord, _ folder: JobFolder, _ child: ChildProcess, resumes: Bool
    ) async throws -> String {
        if folder.hasFinished, FileManager.default.fileExists(atPath: folder.model) {
            return try await importProduct(job, folder)
        }
        if !resumes {
            try folder.clearRun()
            if job.fromRegistry { try await writePictures(for: job, to: folder) }
        }
        try tellLaunch(of: job.id, resumed: resumes)
        switch try await follow(child, job.id) {
        case .exited(status: 0): return try await importProduct(job, folder)
        case _ where await isUnwanted(job.id): throw JobFailure.stopped
        case .exited(let status):
            throw JobFailure.failed(folder.lastMessage ?? "aniwho \(job.kind) ended with status \(status)")
        case .killed(signal: SIGKILL):
            throw JobFailure.failed("aniwho \(job.kind) was killed; perhaps the memory ran out")
        case .killed(let signal):
            throw JobFailure.failed(
                "aniwho \(job.kind) crashed with signal \(signal): \(folder.lastMessage ?? "no message")")
        case .stopped, .line: throw JobFailure.stopped
        }
    }

    /// Tells that the work begins, or goes on.
    func tellLaunch(of id: Int64, resumed: Bool) throws(APIError) {
        let launch: JSONValue = .object([
            "event": .string("launch"), "resumed": .bool(resumed), "time": .string(Date().ISO8601Format()),
        ])
        tell(try JSON.encode(launch), id)
    }

    /// Takes the child's lines to the events and, once a second at most, to the registry.
    /// - Returns: how it ended.
    private func follow(_ child: ChildProcess, _ id: Int64) async throws -> ChildProcess.Output {
        var (latest, kept) = (Data?.none, ContinuousClock.now - .seconds(1))
        var outcome = ChildProcess.Output.stopped
        for try await output in child.run() {
            guard case .line(let line) = output else {
                outcome = output
                continue
            }
            guard (try? JSON.decode(JSONValue.self, from: line))?["event"]?.string != nil else {
                log.write(
                    .debug, "job's line is no event",
                    ["job": String(id), "line": String(decoding: line, as: UTF8.self)])
                continue
            }
            tell(line, id)
            latest = line
            guard ContinuousClock.now - kept >= .seconds(1) else { continue }
            kept = .now
            latest = nil
            await keep(line, id)
        }
        if let latest { await keep(latest, id) }
        return outcome
    }

    /// Adds an event. A full disk must not cost a training that goes well: the command itself says when it cannot go on.
    func tell(_ event: Data, _ id: Int64) {
        do throws(APIError) { try openEvents(of: id).append(event) } catch {
            log.write(.warning, "job's event is lost", ["job": String(id), "message": error.message])
        }
    }

    func keep(_ progress: Data, _ id: Int64) async {
        do throws(RegistryError) {
            try await registry.recordProgress(id, String(decoding: progress, as: UTF8.self))
        } catch {
            log.write(.warning, "job's progress is not kept", ["job": String(id), "message": error.message])
        }
    }

    func isUnwanted(_ id: Int64) async -> Bool {
        if isStopping { return true }
        return (try? await registry.job(id).state) == .cancelled
    }

    /// Writes how the job ended, again and again while the registry cannot: nothing that was trained is forgotten.
    private func settle(_ job: JobRecord, _ result: Result<String, JobFailure>) async {
        let id = job.id
        while true {
            do throws(RegistryError) {
                let ended =
                    switch result {
                    case .success(let identity): try await registry.finishJob(id, model: identity)
                    case .failure(.failed(let reason)): try await registry.failJob(id, error: reason)
                    case .failure(.stopped): try await registry.job(id)
                    }
                let event = ended.state == .running ? "job interrupted" : "job ended"
                log.write(
                    ended.state == .failed ? .warning : .info, event,
                    ["job": String(id), "state": ended.state.rawValue, "error": ended.error ?? ""])
                if ended.endedAt != nil { removePictures(of: ended) }
                return end(ended)
            } catch {
                log.write(.error, "job's end is not kept", ["job": String(id), "message": error.message])
                if isStopping { return }
                // Who watches need not wait until there is room on the disk again.
                if case .failure(.failed(let reason)) = result {
                    end(id, with: JobEnd(job, failed: reason))
                }
                await pause()
            }
        }
    }
}
