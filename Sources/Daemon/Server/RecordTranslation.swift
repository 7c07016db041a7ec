import API
import Foundation
import Registry

/// Records of the modules below in the API's form.
extension CharacterSummary {
    init(_ record: CharacterRecord) {
        self.init(
            id: record.id, name: record.name, images: record.imageCount, tags: record.tags, note: record.note,
            createdAt: record.createdAt, updatedAt: record.updatedAt)
    }
}

extension EnrolledImage {
    init(_ record: ImageRecord) {
        self.init(
            id: record.id, character: record.characterName, sha256: record.sha256, format: record.format,
            bytes: record.byteCount, width: record.width, height: record.height, source: record.source,
            addedAt: record.addedAt)
    }
}

extension Rejection {
    init(_ record: RejectionRecord) {
        self.init(
            id: record.id, character: record.characterName, sha256: record.sha256, source: record.source,
            addedAt: record.addedAt)
    }
}

extension Token {
    init(_ record: TokenRecord) {
        self.init(name: record.name, role: record.role == .operator ? .operator : .reader, createdAt: record.createdAt)
    }
}

extension AuditRecord {
    /// - Throws: `bad_request` when the stored particulars cannot be read.
    init(_ entry: AuditEntry) throws(APIError) {
        self.init(
            id: entry.id, at: entry.at, who: entry.who, action: entry.action, subject: entry.subject,
            detail: try JSON.decode(JSONValue.self, from: Data(entry.detail.utf8)))
    }
}

extension JobState {
    init(_ state: JobRecord.State) {
        self =
            switch state {
            case .queued: .queued
            case .running: .running
            case .finished: .finished
            case .failed: .failed
            case .cancelled: .cancelled
            }
    }
}

extension Job {
    /// - Throws: `internal` when it is of a kind that this version does not know.
    init(_ record: JobRecord, _ jobs: JobRunner) throws(APIError) {
        guard let kind = JobKind(rawValue: record.kind) else {
            throw APIError(.internal, "job \(record.id) is of the unknown kind \(record.kind)")
        }
        self.init(
            id: record.id, kind: kind, name: record.name, arguments: record.arguments,
            fromRegistry: record.fromRegistry, state: .init(record.state), createdAt: record.createdAt,
            startedAt: record.startedAt, endedAt: record.endedAt,
            progress: try record.progress.map { text throws(APIError) in
                try JSON.decode(JSONValue.self, from: Data(text.utf8))
            }, error: record.error, model: record.model, warnings: record.warnings,
            folder: jobs.folder(of: record.id).path)
    }
}

extension JobEnd {
    init(_ record: JobRecord) {
        self.init(
            id: record.id, kind: JobKind(rawValue: record.kind), state: .init(record.state), name: record.name,
            error: record.error)
    }

    /// That a job failed, though the registry does not know it yet.
    init(_ record: JobRecord, failed reason: String) {
        self.init(id: record.id, kind: JobKind(rawValue: record.kind), state: .failed, name: record.name, error: reason)
    }
}
