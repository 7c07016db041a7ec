import API
import Foundation
import Registry

/// Why a job did not succeed.
enum JobFailure: Error {
    /// It failed, for this reason. Only work that the daemon does itself has a code.
    case failed(String, code: ErrorCode? = nil)
    /// It was cancelled, or the daemon is stopping.
    case stopped
}

/// What a job gave.
enum JobProduct {
    /// The report in its folder.
    case report
    /// The identity of the model or classifier that it made, or of the model that it worked with.
    case model(String)
    /// What work on what is enrolled gave, as JSON.
    case result(Data)
}

/// The work on one job, from its start to its end.
extension JobRunner {
    func perform(_ job: Job) async {
        let folder = folder(of: job.id)
        let runsCommand = job.kind.runsCommand
        let resumes = job.state == .running && (!runsCommand || folder.canGoOn(job.kind))
        let child = child(for: job, in: folder, resumes: resumes)
        let hold: JobHold
        do {
            hold = try await registry.startJob(job.id).hold
        } catch {
            // Another daemon was quicker.
            if error.reason == .jobTaken { return }
            // It was cancelled since it was read from the registry.
            if error.code == .jobEnded { return _ = await settle(job, .failure(.stopped)) }
            log.write(.error, "cannot start a job", ["job": String(job.id), "message": error.message])
            // The caller of the daemon's own work waits for its end, so the job fails now. A command can wait until the disk has room.
            if !runsCommand { return _ = await settle(job, .failure(.failed(error.message, code: error.code))) }
            return await pause()
        }
        current[job.id] = Current(
            child: runsCommand ? child : nil, isEnrolledWork: !runsCommand && !job.kind.changesModel, hold: hold)
        let state = await Registry.$hold.withValue(hold) {
            await work(on: job, in: folder, child, resumes: resumes)
        }
        // Before the pause: who watches a job that has ended gets its end, not events to come.
        current[job.id] = nil
        // It goes on later: the daemon is about to stop, or the database is away.
        if state == .running, !isStopping { await pause() }
    }

    /// Works on a job that this daemon has taken, and records how it ended.
    /// - Returns: its state; nil if that is not known, or another daemon has taken it over.
    private func work(
        on job: Job, in folder: JobFolder, _ child: ChildProcess, resumes: Bool
    ) async -> JobState? {
        let runsCommand = job.kind.runsCommand
        log.write(.info, "job runs", ["job": String(job.id), "kind": job.kind.rawValue, "resumed": String(resumes)])
        let result: Result<JobProduct, JobFailure>
        do {
            if job.state == .queued { try folder.clear() }
            try folder.make()
            result = .success(try await product(of: job, folder, child, resumes: resumes))
        } catch let failure as JobFailure {
            result = .failure(failure)
        } catch let error as RegistryError where error.reason == .databaseAway {
            // It goes on when the database is back.
            result = .failure(.stopped)
        } catch {
            let error = APIError(describing: error)
            result = .failure(.failed(error.message, code: runsCommand ? nil : error.code))
        }
        return await settle(job, result)
    }

    private func product(
        of job: Job, _ folder: JobFolder, _ child: ChildProcess, resumes: Bool
    ) async throws -> JobProduct {
        if job.kind.runsCommand { return try await makeProduct(job, folder, child, resumes: resumes) }
        if job.kind.changesModel { return .model(try await changeModel(job, job.kind, resumes: resumes)) }
        return .result(try await workOnEnrolled(job, resumes: resumes))
    }

    private func child(for job: Job, in folder: JobFolder, resumes: Bool) -> ChildProcess {
        ChildProcess(
            program: program,
            arguments: [job.kind.rawValue]
                + (resumes
                    ? ["--resume", folder.run]
                    : [job.kind == .compare ? "--out" : "--run", folder.run]
                        + (job.fromRegistry ? ["--data", JobFolder.classListInFolder] : [])
                        + job.arguments),
            directory: folder.path, messages: folder.messages, lock: folder.lock)
    }

    /// Runs the command, unless it finished under an earlier daemon, and imports the model or classifier that it made.
    private func makeProduct(
        _ job: Job, _ folder: JobFolder, _ child: ChildProcess, resumes: Bool
    ) async throws -> JobProduct {
        if folder.hasFinished, FileManager.default.fileExists(atPath: folder.model) {
            return .model(try await importProduct(job, folder))
        }
        if !resumes {
            try folder.clearRun()
            if job.fromRegistry { try await writePictures(for: job, to: folder) }
        }
        try tellLaunch(of: job.id, resumed: resumes)
        switch try await follow(child, job.id) {
        case .exited(status: 0) where !job.kind.trains:
            try await commit(job.id)
            return .report
        case .exited(status: 0): return .model(try await importProduct(job, folder))
        case _ where await isUnwanted(job.id): throw JobFailure.stopped
        case .exited(let status):
            throw JobFailure.failed(folder.lastMessage ?? "aniwho \(job.kind.rawValue) ended with status \(status)")
        case .killed(signal: SIGKILL):
            throw JobFailure.failed("aniwho \(job.kind.rawValue) was killed; perhaps the machine ran out of memory")
        case .killed(let signal):
            throw JobFailure.failed(
                "aniwho \(job.kind.rawValue) crashed with signal \(signal): \(folder.lastMessage ?? "no message")")
        case .stopped, .line: throw JobFailure.stopped
        }
    }

    /// Writes the event that the work starts or is resumed.
    func tellLaunch(of id: Int64, resumed: Bool) throws(APIError) {
        tell(try JSON.encode(JobLaunch(resumed: resumed, time: Date())), id)
    }

    /// Appends the child's lines to the job's events and, at most once a second, stores the last one in the registry.
    /// - Returns: how the child ended.
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
                    .debug, "job wrote a line that is not an event",
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

    /// Appends an event. A full disk must not end a training that could go on: the command itself fails if it cannot.
    func tell(_ event: Data, _ id: Int64) {
        do throws(APIError) { try openEvents(of: id).append(event) } catch {
            log.write(.warning, "cannot store a job's event", ["job": String(id), "message": error.message])
        }
    }

    func keep(_ progress: Data, _ id: Int64) async {
        do throws(RegistryError) {
            try await registry.recordProgress(id, String(decoding: progress, as: UTF8.self))
        } catch {
            log.write(.warning, "cannot store a job's progress", ["job": String(id), "message": error.message])
        }
    }

    func isUnwanted(_ id: Int64) async -> Bool {
        if isStopping { return true }
        if let hold = current[id]?.hold, (try? await registry.isHeld(hold)) == false { return true }
        return await isCancelledSomewhere(id)
    }

    /// Whether a job was cancelled, here or through another daemon.
    func isCancelledSomewhere(_ id: Int64) async -> Bool {
        (try? await registry.job(id).state) == .cancelled
    }

    /// Records how the job ended. Tries again until the registry succeeds, so that no trained model is lost.
    /// - Returns: the job's state; nil if that is not known, or another daemon has taken it over.
    private func settle(_ job: Job, _ result: Result<JobProduct, JobFailure>) async -> JobState? {
        let id = job.id
        while true {
            do throws(RegistryError) {
                let ended =
                    switch result {
                    case .success(.model(let identity)): try await registry.finishJob(id, model: identity)
                    case .success(.report): try await registry.finishJob(id)
                    case .success(.result(let json)):
                        try await registry.finishJob(id, result: String(decoding: json, as: UTF8.self))
                    case .failure(.failed(let reason, let code)):
                        try await registry.failJob(id, error: reason, code: code)
                    case .failure(.stopped): try await stopped(id)
                    }
                let event = ended.state == .running ? "job interrupted" : "job ended"
                log.write(
                    ended.state == .failed ? .warning : .info, event,
                    ["job": String(id), "state": ended.state.rawValue, "error": ended.error ?? ""])
                if ended.endedAt != nil { removePictures(of: ended) }
                end(ended)
                return ended.state
            } catch  where error.reason == .jobTaken {
                log.write(.warning, "job taken over by another daemon", ["job": String(id)])
                if events[id] != nil { mirror(id) }
                return nil
            } catch {
                log.write(.error, "cannot record a job's end", ["job": String(id), "message": error.message])
                if isStopping { return nil }
                // Tell the watchers now; the disk may stay full for long.
                if case .failure(.failed(let reason, _)) = result {
                    end(id, with: JobEnd(job, failed: reason))
                }
                await pause()
            }
        }
    }
}
