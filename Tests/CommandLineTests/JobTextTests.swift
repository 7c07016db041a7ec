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
        #expect(JobText.started(job(.compare)) == "job 7 compares networks; watch it with: aniwho jobs watch 7")
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
        let place = #""run":"mobilenetv2-all-b32-d0.5","number":2,"runs":6"#
        #expect(
            try text(#"{"event":"epoch","epoch":1,"epochs":3,\#(place)}"#)
                == "run 2/6 mobilenetv2-all-b32-d0.5, epoch 1/3")
        #expect(
            try text(#"{"event":"run",\#(place),"status":"finished","test":{"top1":{"mean":0.5}}}"#)
                == "run 2/6 mobilenetv2-all-b32-d0.5, finished, test 50.0 %")
        #expect(try text(#"{"event":"start","runs":6,"finished":1}"#) == "6 runs, 1 finished")
        #expect(try text(#"{"event":"prototypes","done":4,"pictures":9}"#) == "prototypes of 4/9 pictures")
        #expect(try text(#"{"event":"finish","finished":5,"failed":1}"#) == "5 finished, 1 failed")
    }

    @Test func `what can be done with it is told at its end`() {
        #expect(
            end(.transferTrain, .finished)
                == "job 7 has finished; ask its classifier with: aniwho classify --classifier ours IMAGE")
        for kind in [JobKind.metaTrain, nil] {
            #expect(end(kind, .finished) == "job 7 has finished; use its model with: aniwho models use ours")
        }
        #expect(end(.transferTrain, .failed) == "job 7 failed: why")
        #expect(
            end(.compare, .finished)
                == "job 7 has finished; write its report with: aniwho jobs report 7 report.html")
    }
}
