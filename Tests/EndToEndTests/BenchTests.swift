import API
import Foundation
import Testing

@testable import Client

/// The measurements that users run, with the real programs.
@Suite(.serialized) struct BenchTests {
    private func json(_ output: TestDaemon.Output) throws -> [String: Double] {
        #expect(output.status == 0, "\(output.error)")
        return try #require(try JSONSerialization.jsonObject(with: Data(output.out.utf8)) as? [String: Double])
    }

    @Test func picturesBelowAFolder() throws {
        let daemon = try TestDaemon()
        let report = try json(daemon.aniwho("bench", "pictures", ".", "--size", "32", "--rounds", "3", "--json"))
        let files = try #require(FileManager.default.enumerator(atPath: TestDaemon.samples))
        let count = files.count { ($0 as? String)?.hasSuffix(".png") == true }
        #expect(report["pictures"] == Double(count) && count > 90 && report["size"] == 32 && report["rounds"] == 3)
        let milliseconds = try #require(report["milliseconds"])
        let each = try #require(report["microseconds_per_picture"])
        #expect(milliseconds > 0 && abs(each - milliseconds * 1e3 / Double(count)) < 1e-6 * each)
        let text = try daemon.aniwho("bench", "pictures", "strangers").out
        #expect(text.hasPrefix("2 pictures to 96×96: ") && text.contains("µs a picture (median of 5)"))
    }

    @Test func picturesThatAreNone() throws {
        let daemon = try TestDaemon()
        let missing = try daemon.aniwho("bench", "pictures", "nowhere")
        #expect(missing.status == ExitCode.notFound.rawValue && missing.error.contains("there is no folder nowhere"))
        let file = try daemon.aniwho("bench", "pictures", "strangers/1.png")
        #expect(file.status == ExitCode.notFound.rawValue && file.error.contains("no folder strangers/1.png"))
        let empty = try daemon.aniwho("bench", "pictures", daemon.home)
        #expect(empty.status == ExitCode.badInput.rawValue && empty.error.contains("there are no pictures"))
        try Data("no picture".utf8).write(to: URL(fileURLWithPath: daemon.home + "/a.png"))
        let bad = try daemon.aniwho("bench", "pictures", daemon.home)
        #expect(
            bad.status == ExitCode.badInput.rawValue && bad.error.contains("/a.png: the file is text, not a picture"))
        // Two names in EUC-JP, which Foundation reads as one name that is not there.
        let foreign = try daemon.shell(
            """
            mkdir f f/g; p='\(TestDaemon.samples)/strangers/1.png'
            cp "$p" f/1.png; cp "$p" $'f/g/\\xa5\\xa2.png'; cp "$p" $'f/g/\\xa5\\xa4.png'; aniwho bench pictures f --size 32
            """)
        #expect(foreign.status == ExitCode.badInput.rawValue && foreign.out.isEmpty)
        #expect(
            foreign.error.contains(#"f/g holds names that are not UTF-8, such as \xA5\xA2.png"#), "\(foreign.error)")
        #expect(try daemon.aniwho("bench", "pictures", "ask", "--size", "7").status == ExitCode.usage.rawValue)
    }

    @Test func loadFromManyClients() throws {
        let daemon = try TestDaemon()
        try daemon.start()
        let before = try daemon.client.call(FetchMetrics.self)
        let report = try json(
            daemon.aniwho("bench", "load", "strangers", "--clients", "7", "--seconds", "0.5", "--json"))
        #expect(report["clients"] == 7 && report["errors"] == 0 && report["network_images_per_question"] == 2)
        let questions = try #require(report["questions"])
        // All of them reached the network, those of the warm-up too.
        let after = try daemon.client.call(FetchMetrics.self)
        #expect(Self.embedded(after) - Self.embedded(before) >= questions + 7 && questions >= 7)
        let (median, last) = (report["median_milliseconds"] ?? 0, report["percentile_99_milliseconds"] ?? 0)
        #expect(median > 0 && last >= median)
        #expect(abs((report["percentile_99_to_median"] ?? 0) - last / median) < 1e-9)
        let network =
            ((report["network_images_per_second_before"] ?? 0) + (report["network_images_per_second_after"] ?? 0)) / 2
        let speed = try #require(report["questions_per_second"])
        #expect(abs((report["ratio"] ?? 0) - speed * 2 / network) < 1e-9 && network > 0)
        #expect((report["asking_cores"] ?? 9) < 1)
    }

    /// How many images went through the network.
    private static func embedded(_ metrics: FetchMetrics.Response) -> Double {
        let line = metrics.text.split(separator: "\n").first { $0.hasPrefix("aniwho_batch_images_sum ") }
        return line.flatMap { Double($0.split(separator: " ")[1]) } ?? 0
    }

    @Test func loadWithoutADaemon() throws {
        let daemon = try TestDaemon()
        let result = try daemon.aniwho("bench", "load", "strangers")
        #expect(result.status == ExitCode.unreachable.rawValue && result.error.contains("is not running"))
        let bad = try daemon.aniwho("bench", "load", "README.md")
        #expect(bad.status == ExitCode.badInput.rawValue)
        #expect(bad.error.contains("README.md: the file is text, not a picture"))
        #expect(try daemon.aniwho("bench", "load", "nowhere.png").status == ExitCode.notFound.rawValue)
        #expect(try daemon.aniwho("bench", "load", "strangers", "--clients", "0").status == ExitCode.usage.rawValue)
    }

    /// Questions that are refused are answers all the same; a daemon that goes away ends the measurement.
    @Test func refusalsAreCounted() throws {
        let daemon = try TestDaemon()
        try daemon.start()
        let good = try Data(contentsOf: URL(fileURLWithPath: TestDaemon.samples + "/strangers/1.png"))
        func request(_ bytes: Data) -> ClassifyImages.Request {
            .init(top: nil, files: [FilePart(name: nil, mediaType: "image/png", bytes: bytes)])
        }
        let generator = try LoadGenerator(
            socket: daemon.socket, ClassifyImages.self, [request(good), request(Data("no picture".utf8))])
        let load = try generator.run(clients: 3, seconds: 0.3, warmUp: 0)
        #expect(load.latencies.count >= 3 && load.seconds >= 0.3 && load.latencies.allSatisfy { $0 > 0 })
        #expect(abs(load.errors - load.latencies.count / 2) <= 1 && load.errors > 0)
        #expect(load.processorSeconds > 0 && load.processorSeconds < load.seconds)
        #expect(daemon.stop() == 0)
        let error = #expect(throws: ClientError.self) { try generator.run(clients: 1, seconds: 0.1, warmUp: 0) }
        #expect(error?.code == .unreachable)
    }

    @Test func headsOfAnswers() throws {
        let whole = Array("HTTP/1.1 404 Not Found\r\nX: 1\r\ncontent-LENGTH:  12\r\n\r\n{}".utf8)
        let head = try #require(try LoadConnection.head(of: whole))
        #expect(head.status == 404 && head.length == whole.count - 2 + 12)
        for length in 0..<whole.count - 2 { #expect(try LoadConnection.head(of: Array(whole.prefix(length))) == nil) }
        for wrong in ["HTTP/1.1 200 OK\r\n\r\n", "SMTP 200\r\nContent-Length: 1\r\n\r\n", "\r\n\r\n"] {
            let error = #expect(throws: APIError.self) { try LoadConnection.head(of: Array(wrong.utf8)) }
            #expect(error?.code == .internal)
        }
    }
}
