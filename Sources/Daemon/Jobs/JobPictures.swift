import API
import Registry

/// The registry's pictures in a job's folder: a copy, which is kept as long as a training reads it.
extension JobRunner {
    /// Writes the registry's pictures as they are now into the job's folder, and notes who is left out.
    func writePictures(for job: JobRecord, to folder: JobFolder) async throws {
        var data = try await EnrolledDataSet(of: registry)
        let isWhole = try await data.write(to: folder, from: registry) { await !self.isUnwanted(job.id) }
        guard isWhole else { throw JobFailure.stopped }
        try await registry.recordWarnings(job.id, data.warnings)
    }

    /// Removes what a daemon that was killed had no time to remove.
    func removeForgottenPictures() async {
        for job in (try? await registry.jobs()) ?? [] where job.endedAt != nil { removePictures(of: job) }
    }

    /// Removes the pictures of a job that has ended.
    func removePictures(of job: JobRecord) {
        guard job.fromRegistry else { return }
        do throws(APIError) { try folder(of: job.id).removePictures() } catch {
            log.write(.warning, "job's pictures stay", ["job": String(job.id), "message": error.message])
        }
    }
}
