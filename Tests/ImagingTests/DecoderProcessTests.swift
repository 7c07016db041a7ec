import Foundation
import Testing

@testable import Imaging

/// A decoder that was taken over by a picture: the probe enters the sandbox as the decoder does, and then tries what its input names.
@Suite struct DecoderProcessTests {
    /// Beside the tests, as the decoder is.
    private static let probe = DecoderProcess(
        program: URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: "DecoderProbe").path)

    /// Whether the sandbox let the probe do it.
    private func succeeds(_ deed: String, _ process: DecoderProcess = probe) throws(ImagingError) -> Bool {
        let reply = try process.decode(
            Array(deed.utf8), by: "probe", format: .avif, limits: ImageLimits(bytes: 100, pixels: 1000), frames: 1)
        return reply.frames[0].image.pixels == [255, 255, 255]
    }

    private func error(_ deed: String, _ process: DecoderProcess = probe) -> ImagingError? {
        do throws(ImagingError) {
            _ = try succeeds(deed, process)
            return nil
        } catch { return error }
    }

    @Test(arguments: [
        "read", "write", "look", "unix", "internet", "fork", "execute", "signal", "trace", "code", "limit", "stderr",
        "environment",
    ])
    func `it can reach nothing`(deed: String) throws {
        #expect(try !succeeds(deed))
        #expect(!FileManager.default.fileExists(atPath: "/tmp/aniwho-probe"))
    }

    @Test func `it may start threads`() throws { #expect(try succeeds("thread")) }

    @Test func `a crash is an error of that picture`() {
        let error = error("crash")
        #expect(error?.code == .decoderFailed && error?.message.contains("AVIF picture crashed (signal ") == true)
        #expect(self.error("leave")?.message.contains("ended without a picture (status 3)") == true)
    }

    @Test(.timeLimit(.minutes(5))) func `time has a limit`() {
        var hasty = Self.probe
        hasty.seconds = 1
        #expect(error("hang", hasty)?.message.contains("took more than 1 seconds of the processor's time") == true)
        hasty.patience = .seconds(1)
        #expect(error("sleep", hasty)?.message.contains("took more than 1 seconds") == true)
    }

    @Test(.timeLimit(.minutes(5))) func `memory has a limit`() {
        #expect(error("eat")?.message.contains("crashed (signal 6)") == true)
    }

    @Test(arguments: ["huge", "mark", "frames", "turned"]) func `a reply without sense is refused`(deed: String) {
        #expect(error(deed) == ImagingError(.decoderFailed, "the decoder's reply makes no sense"))
    }

    @Test func `a picture that is promised and does not come is an error`() {
        #expect(error("short")?.code == .decoderFailed)
    }

    @Test func `a missing program is named`() {
        let error = error("read", DecoderProcess(program: "/nowhere/aniwho-decode"))
        #expect(error?.message.contains("cannot start /nowhere/aniwho-decode: no such file or directory") == true)
    }

    /// In a process of its own: the other tests run at the same time, and open files and start processes too.
    @Test func `no process and no descriptor is left`() async {
        await #expect(processExitsWith: .success) {
            func descriptors() throws -> Int {
                try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
            }
            let tests = DecoderProcessTests()
            let deeds = ["crash", "thread", "huge"]
            for deed in deeds { _ = tests.error(deed) }
            let before = try descriptors()
            for _ in 0..<20 { for deed in deeds { _ = tests.error(deed) } }
            #expect(try descriptors() == before)
            #expect(waitpid(-1, nil, WNOHANG) == -1 && errno == ECHILD)
        }
    }
}
