import API
import Client
import Foundation
import Testing

/// `aniwho calibrate`, with the real programs.
@Suite(.serialized) struct CalibrationTests {
    @Test func `a calibration is made, shown, named by answers and given up`() throws {
        let daemon = try TestDaemon()
        try daemon.start()
        let few = try daemon.aniwho("calibrate")
        #expect(few.status == ExitCode.conflict.rawValue && few.error.contains("two characters with two pictures"))
        _ = try daemon.aniwho("enroll", "--from-folders", "enroll")
        // The daemon calibrates by itself, two seconds after the last change.
        for _ in 0..<100 where try daemon.client.call(ShowCalibration.self).identity == ShowCalibration.modelsOwn {
            Thread.sleep(forTimeInterval: 0.2)
        }
        #expect(try daemon.client.call(ShowCalibration.self).calibration?.characters == 12)
        let made = try daemon.aniwho("calibrate", "--false-accept", "0.1")
        #expect(made.status == 0, "\(made.error)")
        #expect(made.out.contains("strangers named as somebody") && made.out.contains("at most 10.0 % of strangers"))
        #expect(try daemon.aniwho("calibrate", "--show").out == made.out)
        let shown = try daemon.client.call(ShowCalibration.self)
        #expect(made.out.hasPrefix("calibration \(shown.identity) on 48 pictures left out, among 12 characters\n"))
        let answer = try daemon.aniwho("classify", "--json", "ask/Iori Namisato/1.png")
        #expect(answer.out.contains(#""calibration" : "\#(shown.identity)""#))
        #expect(answer.out.contains(#""character" : "Iori Namisato""#))
        #expect(daemon.stop() == 0)
        try daemon.start()
        #expect(try daemon.client.call(ShowCalibration.self) == shown)
        #expect(try daemon.aniwho("calibrate", "--reset").out == "the model's own values are in use\n")
        #expect(
            try daemon.aniwho("classify", "--json", "ask/Iori Namisato/1.png").out.contains(
                #""calibration" : "model""#))
    }

    @Test func `what is wrong is said, with its exit status`() throws {
        let daemon = try TestDaemon()
        try daemon.start()
        for arguments in [["--false-accept", "2"], ["--false-accept", "x"], ["--show", "--reset"], ["more"]] {
            #expect(try daemon.aniwho(["calibrate"] + arguments).status == ExitCode.usage.rawValue, "\(arguments)")
        }
        let rest = daemon.raw(
            "POST /v1/calibration?false_accept=7 HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", seconds: 1)
        #expect(rest.contains("400") && rest.contains("bad_parameter"))
    }
}
