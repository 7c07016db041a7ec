import API
import Foundation
import Testing

/// What travels about jobs.
@Suite struct JobMessageTests {
    @Test(arguments: [
        [], ["--data", "/x"], ["--data=/x", "--way", "5"], ["--nesterov", "--rate", "-0.1"], ["--note", ""],
        ["--note", "a b --run"], ["--weights", "/w", "--augment"],
    ]) func `options of a command are taken as they are`(list: [String]) throws {
        #expect(try JobArguments(list).list == list)
        let request = StartJob.Request(kind: .metaTrain, name: "N", arguments: list)
        #expect(try StartJob.Request(message: request.message()) == request)
    }

    @Test(arguments: [
        (["--run", "/x"], "--run"), (["--run=/x"], "--run"), (["--way", "5", "--resume", "/x"], "--resume"),
        (["--help"], "--help"), (["--weights", "--run"], "--run"), (["x"], "“x”"), (["--way", "5", "6"], "“6”"),
        (["-h"], "“-h”"), (["--"], "“--”"), (["---run", "/x"], "---run"), (["--Way", "5"], "--Way"),
        (["--data", "/y,x"], "--data needs an absolute path"), (["--data=x"], "--data needs an absolute path"),
        (["--data"], "--data needs a path"), (["--data", "--way", "5"], "--data needs a path"),
        (["--feature-cache", "c"], "--feature-cache needs an absolute path"), (["--a", "b\0"], "zero"),
        (["--models", "a,b=w.safetensors"], "--models needs an absolute path"),
        (["--embedder=./m"], "--embedder needs"),
        (["--out", "/x"], "--out"), (["--report-only=/x"], "--report-only"),
    ]) func `anything else is refused, and named`(list: [String], text: String) throws {
        let error = #expect(throws: APIError.self) { try JobArguments(list) }
        #expect(error?.code == .badParameter && error?.message.contains(text) == true, "\(error?.message ?? "")")
        let message = try StartJob.Request(kind: .pretrain, arguments: list).message()
        #expect(throws: APIError.self) { try StartJob.Request(message: message) }
    }

    @Test func `paths are taken from the working folder, other values are not`() {
        let list = ["--data", "a/../b,/c", "--validation=s.json", "--weights", "/w", "--split", "9/2/2", "--way", "5"]
        #expect(
            JobArguments.list(list, from: "/home/x") == [
                "--data", "/home/x/b,/c", "--validation=/home/x/s.json", "--weights", "/w", "--split", "9/2/2", "--way",
                "5",
            ])
    }

    /// A word without a slash and a dot is a model that comes with AniWho.
    @Test func `models are names or paths`() throws {
        let list = [
            "--models", "a=w.safetensors,b,c=/c,d=mobilenetv2,e=x/y", "--embedder=mobilenetv2", "--batch", "1.5",
        ]
        let absolute = JobArguments.list(list, from: "/home/x")
        #expect(
            absolute == [
                "--models", "a=/home/x/w.safetensors,b,c=/c,d=mobilenetv2,e=/home/x/x/y", "--embedder=mobilenetv2",
                "--batch", "1.5",
            ])
        #expect(try JobArguments(absolute).optionWithPath == "models")
        #expect(JobArguments.list(["--embedder", "m.safetensors"], from: "/h") == ["--embedder", "/h/m.safetensors"])
        let named = ["--models", "a=mobilenetv2,b", "--embedder", "resnet12", "--epochs", "2"]
        #expect(try JobArguments(named).optionWithPath == nil && JobArguments.list(named, from: "/h") == named)
        #expect(try JobArguments(["--way", "5", "--validation=/s"]).optionWithPath == "validation")
        #expect(JobArguments.list(["--skip-bad", "--data=x"], from: "/h") == ["--skip-bad", "--data=/h/x"])
    }

    @Test func `a comparison takes no name`() throws {
        let plain = StartJob.Request(kind: .compare, arguments: ["--models", "mobilenetv2"], fromRegistry: true)
        #expect(try StartJob.Request(message: plain.message()) == plain)
        for (request, text) in [
            (StartJob.Request(kind: .compare, name: "N", arguments: []), "leave out “N”"),
            (StartJob.Request(kind: .calibrate, arguments: []), "neither a training nor a comparison"),
        ] {
            let message = try request.message()
            let error = #expect(throws: APIError.self) { try StartJob.Request(message: message) }
            #expect(error?.code == .badParameter && error?.message.contains(text) == true, "\(error?.message ?? "")")
        }
    }

    @Test func `a job on the registry's pictures says so, others need not`() throws {
        let request = StartJob.Request(
            kind: .transferTrain, name: "N", arguments: ["--epochs", "3"], fromRegistry: true)
        #expect(try StartJob.Request(message: request.message()) == request)
        let bare = Data(#"{"kind":"transfer-train","arguments":["--data","/x"]}"#.utf8)
        let read = try StartJob.Request(message: RequestMessage(body: .json(bare)))
        #expect(read == .init(kind: .transferTrain, arguments: ["--data", "/x"]) && !read.fromRegistry)
    }

    @Test(arguments: [
        (JobKind.transferTrain, ["--data", "/x"], "--data cannot be given"),
        (.transferTrain, ["--epochs", "3", "--sources=/x"], "--sources cannot be given"),
        (.compare, ["--data=/x"], "--data cannot be given"),
        (.metaTrain, [], "only transfer-train and compare can"),
    ]) func `the registry's pictures take the place of other data`(kind: JobKind, list: [String], text: String) throws {
        let message = try StartJob.Request(kind: kind, arguments: list, fromRegistry: true).message()
        let error = #expect(throws: APIError.self) { try StartJob.Request(message: message) }
        #expect(error?.code == .badParameter && error?.message.contains(text) == true, "\(error?.message ?? "")")
    }

    @Test func `a job that ended tells its kind`() throws {
        let end = JobEnd(id: 3, kind: .transferTrain, state: .finished, name: "N", error: nil)
        let line = try JSON.encode(end)
        #expect(try JSON.decode(JobEnd.self, from: line) == end)
        #expect(
            String(decoding: line, as: UTF8.self)
                == #"{"error":null,"error_code":null,"event":"end","id":3,"kind":"transfer-train","name":"N","#
                + #""result":null,"state":"finished"}"#)
    }

    @Test func `jobs are removed by their age in days`() throws {
        func read(_ body: String) throws -> PruneJobs.Request {
            try PruneJobs.Request(message: RequestMessage(body: .json(Data(body.utf8))))
        }
        #expect(try read(#"{"older_than_days":30}"#) == PruneJobs.Request(olderThanDays: 30))
        #expect(try read(#"{"older_than_days":0}"#).olderThanDays == 0)
        for body in [#"{"older_than_days":-1}"#, #"{"older_than_days":36501}"#] {
            let error = #expect(throws: APIError.self) { try read(body) }
            #expect(error?.code == .badParameter && error?.message.contains("0 to 36500") == true)
        }
        #expect(throws: APIError.self) { try read("{}") }
    }

    /// Another version's jobs are shown by this one.
    @Test func `a job of an unknown kind keeps its kind in JSON`() throws {
        let kind = try JSON.decode([JobKind].self, from: Data(#"["distill","pretrain"]"#.utf8))
        #expect(kind == [.other("distill"), .pretrain])
        #expect(String(decoding: try JSON.encode(kind), as: UTF8.self) == #"["distill","pretrain"]"#)
        #expect(JobKind(rawValue: "distill") == nil && JobKind(stored: "use-model") == .useModel)
        for kind in JobKind.allCases { #expect(JobKind(rawValue: kind.rawValue) == kind && kind.isKnown) }
    }

    @Test func `an unknown kind is refused`() {
        let body = Data(#"{"kind":"format-disk","arguments":[]}"#.utf8)
        let error = #expect(throws: APIError.self) { try StartJob.Request(message: RequestMessage(body: .json(body))) }
        #expect(error?.code == .badRequest)
    }
}
