import API
import Embedding
import Foundation
import Platform
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
        current[job.id] = Current(
            child: runsCommand ? child : nil, isEnrolledWork: !runsCommand && !job.kind.changesModel)
        defer { current[job.id] = nil }
        do {
            _ = try await registry.startJob(job.id)
        } catch {
            // It was cancelled since it was read from the registry.
            if error.code == .jobEnded { return await settle(job, .failure(.stopped)) }
            log.write(.error, "cannot start a job", ["job": String(job.id), "message": error.message])
            // The caller of the daemon's own work waits for its end, so the job fails now. A command can wait until the disk has room.
            if !runsCommand { return await settle(job, .failure(.failed(error.message, code: error.code))) }
            return await pause()
        }
        log.write(.info, "job runs", ["job": String(job.id), "kind": job.kind.rawValue, "resumed": String(resumes)])
        let result: Result<JobProduct, JobFailure>
        do {
            if job.state == .queued { try folder.clear() }
            try folder.make()
            result = .success(try await product(of: job, folder, child, resumes: resumes))
        } catch let failure as JobFailure {
            result = .failure(failure)
        } catch {
            let error = APIError(describing: error)
            result = .failure(.failed(error.message, code: runsCommand ? nil : error.code))
        }
        await settle(job, result)
        // Its work ended because the daemon is about to stop.
        if case .failure(.stopped) = result, !runsCommand, !isStopping, !isCancelled(job.id) { await pause() }
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
        return (try? await registry.job(id).state) == .cancelled
    }

    /// Records how the job ended. Tries again until the registry succeeds, so that no trained model is lost.
    private func settle(_ job: Job, _ result: Result<JobProduct, JobFailure>) async {
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
                    case .failure(.stopped) where isCancelled(id): try await registry.cancelJob(id)
                    case .failure(.stopped): try await registry.job(id)
                    }
                let event = ended.state == .running ? "job interrupted" : "job ended"
                log.write(
                    ended.state == .failed ? .warning : .info, event,
                    ["job": String(id), "state": ended.state.rawValue, "error": ended.error ?? ""])
                if ended.endedAt != nil { removePictures(of: ended) }
                return end(ended)
            } catch {
                log.write(.error, "cannot record a job's end", ["job": String(id), "message": error.message])
                if isStopping { return }
                // Tell the watchers now; the disk may stay full for long.
                if case .failure(.failed(let reason, _)) = result {
                    end(id, with: JobEnd(job, failed: reason))
                }
                await pause()
            }
        }
    }
}

/// The model or classifier that a job made.
extension JobRunner {
    /// Imports the model or classifier of a run that succeeded.
    /// - Returns: its identity.
    func importProduct(_ job: Job, _ folder: JobFolder) async throws -> String {
        try await commit(job.id)
        let bytes: Data
        do { bytes = try Data(contentsOf: URL(filePath: folder.model)) } catch {
            throw JobFailure.failed(
                "aniwho \(job.kind.rawValue) ended without a model: cannot read \(folder.model): \(SystemReason.text(error))"
            )
        }
        let makesClassifier = job.kind.makesClassifier
        let identity = ContentHash.sha256(bytes)
        if await isKept(identity, named: job.name, asClassifier: makesClassifier) { return identity }
        do {
            return makesClassifier
                ? try await classifiers.importFile(folder.model, name: job.name).identity
                : try await models.importFile(folder.model, name: job.name, architecture: nil).identity
        } catch {
            throw JobFailure.failed(
                "the \(makesClassifier ? "classifier" : "model") was trained but cannot be imported: "
                    + "\(APIError(describing: error).message); it is kept as \(folder.model)")
        }
    }

    /// Makes sure that a job cannot be cancelled any more.
    /// - Throws: `stopped` when it was cancelled already.
    func commit(_ id: Int64) async throws {
        // This must come before the state is read: a cancellation then either comes earlier and is seen below, or is refused.
        current[id]?.isCommitted = true
        guard try await registry.job(id).state == .running else { throw JobFailure.stopped }
    }

    /// Whether an earlier daemon has imported the model or classifier already.
    private func isKept(_ identity: String, named name: String, asClassifier isClassifier: Bool) async -> Bool {
        let kept =
            isClassifier
            ? try? await registry.classifier(named: name).identity : try? await registry.model(named: name).identity
        return kept == identity
    }
}
