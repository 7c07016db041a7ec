import API
import Foundation
import Testing

@testable import CommandLine

/// Jobs as people read of them: which command goes on from there depends on what was made.
@Suite struct JobTextTests {
    private func job(_ kind: JobKind) -> Job {
        Job(
            id: 7, kind: kind, name: "ours", arguments: [], fromRegistry: false, state: .queued, createdAt: Date(),
            startedAt: nil, endedAt: nil, progress: nil, error: nil, model: nil, warnings: [], folder: "/f")
    }

    private func end(_ kind: JobKind?, _ state: JobState) -> String {
        JobText.end(JobEnd(id: 7, kind: kind, state: state, name: "ours", error: "why"))
    }

    @Test func `what a job makes is told at its start`() {
        #expect(
            JobText.started(job(.transferTrain))
                == "job 7 makes the classifier ours; watch it with: aniwho jobs watch 7")
        #expect(JobText.started(job(.pretrain)) == "job 7 makes the model ours; watch it with: aniwho jobs watch 7")
    }

    @Test func `how far a job is`() throws {
        func text(_ event: String) throws -> String {
            JobText.progress(try JSON.decode(JSONValue.self, from: Data(event.utf8)))
        }
        #expect(
            try text(#"{"event":"features","done":24,"views":60,"seconds_left":9.6}"#)
                == "features of 24/60 views, 9 s left")
        #expect(try text(#"{"event":"progress","epoch":2,"epochs":3,"step":1,"steps":4}"#) == "epoch 2/3, step 1/4")
        #expect(try text(#"{"event":"launch"}"#) == "launch")
    }

    @Test func `what can be done with it is told at its end`() {
        #expect(
            end(.transferTrain, .finished)
                == "job 7 has finished; ask its classifier with: aniwho classify --classifier ours IMAGE")
        for kind in [JobKind.metaTrain, nil] {
            #expect(end(kind, .finished) == "job 7 has finished; use its model with: aniwho models use ours")
        }
        #expect(end(.transferTrain, .failed) == "job 7 failed: why")
    }
}
