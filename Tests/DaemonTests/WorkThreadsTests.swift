import API
import Embedding
import Foundation
import Imaging
import Testing

@testable import Daemon

/// The threads of requests: long work holds up neither short work nor the health checks.
@Suite(.serialized) struct WorkThreadsTests {
    /// Keeps every one of some threads busy until the gate opens.
    private func hold(_ threads: WorkThreads, _ gate: DispatchSemaphore) async -> [Task<Void, Never>] {
        let begun = DispatchSemaphore(value: 0)
        let holders = (0..<threads.count).map { _ in
            Task(executorPreference: threads) {
                begun.signal()
                gate.wait()
            }
        }
        await onThread { for _ in holders { begun.wait() } }
        return holders
    }

    private func onThread(_ work: @escaping @Sendable () -> Void) async {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                work()
                continuation.resume()
            }
        }
    }

    @Test func `tasks take turns at every await`() async {
        let threads = WorkThreads("test", threads: 1)
        let gate = DispatchSemaphore(value: 0)
        let holders = await hold(threads, gate)
        let order = Noted<Int>()
        let tasks = (0..<3).map { number in
            Task(executorPreference: threads) {
                for _ in 0..<2 {
                    order.add(number)
                    await Task.yield()
                }
            }
        }
        gate.signal()
        for task in holders + tasks { await task.value }
        #expect(order.all == [0, 1, 2, 0, 1, 2])
    }

    /// More than a thousand jobs, so that the queue tidies up, on several threads.
    @Test func `every job runs once`() async {
        let threads = WorkThreads("test", threads: 4)
        let gate = DispatchSemaphore(value: 0)
        let holders = await hold(threads, gate)
        let ran = Noted<Int>()
        let tasks = (0..<5000).map { number in
            Task(executorPreference: threads) { ran.add(number) }
        }
        for _ in holders { gate.signal() }
        for task in holders + tasks { await task.value }
        #expect(ran.all.sorted() == Array(0..<5000))
    }

    @Test func `the route, the body and the number of pictures decide on the threads`() throws {
        func entry(_ path: String) throws -> RouteEntry {
            try #require(routeTable.first { $0.path.description == path })
        }
        let (classify, similar) = (try entry(ClassifyImages.path), try entry(FindSimilarImages.path))
        #expect(classify.threads(forBodyOf: 1 << 20) === WorkThreads.short)
        #expect(classify.threads(forBodyOf: 1 << 20 + 1) === WorkThreads.long)
        #expect(similar.threads(forBodyOf: 10) === WorkThreads.long)
        for path in [CheckHealth.path, CheckReadiness.path] {
            #expect(try entry(path).threads(forBodyOf: 0) === WorkThreads.health)
        }
        let picture = FilePart(name: nil, bytes: Data())
        for (count, threads) in [(1, WorkThreads.short), (8, .short), (9, .long), (1024, .long)] {
            let body = RequestBody.files(Array(repeating: picture, count: count))
            #expect(classify.threads(for: body, after: .short) === threads)
            #expect(classify.threads(for: body, after: .long) === WorkThreads.long)
        }
    }

    @Test func `a large picture is decoded on the threads for long work, a small one is not`() async throws {
        let fixture = try await DaemonFixture()
        let services = fixture.services
        let model = try await services.models.active().model
        let small = FilePart(name: "small", bytes: try Samples.picture("strangers/1.png"))
        let image = Image(width: 2048, height: 1024, pixels: [UInt8](repeating: 9, count: 2048 * 1024 * 3))
        let large = FilePart(name: "large", bytes: Data(try image.encodePNG()))
        #expect(large.bytes.count < 1 << 20)
        let gate = DispatchSemaphore(value: 0)
        let holders = await hold(.long, gate)
        let decoded = Noted<Int>()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask(executorPreference: WorkThreads.short) {
                let picture = try await services.decoded([large], FaceSelection(), .any, for: model)[0]
                decoded.add(picture.width)
                #expect(picture.width == 2048 && picture.height == 1024)
            }
            for _ in 0..<10 {
                #expect(try await services.decoded([small], FaceSelection(), .any, for: model).count == 1)
            }
            let answer = try await withTaskExecutorPreference(WorkThreads.short) {
                try await ClassifyImages.answer(.init(files: [small]), services)
            }
            #expect(answer.results.count == 1)
            try await Task.sleep(for: .milliseconds(50))
            #expect(decoded.all.isEmpty)
            for _ in holders { gate.signal() }
            try await group.waitForAll()
        }
        for holder in holders { await holder.value }
    }

    /// However many requests decode and embed, the health checks are answered.
    @Test func `health is told while all other threads work`() async throws {
        let fixture = try await DaemonFixture()
        let socket = try UnixSocket(path: fixture.path + "/s")
        defer { socket.remove() }
        let server = HTTPServer(
            router: Router(services: fixture.services, routes: routeTable), temporaryDirectory: fixture.path)
        try server.start(sockets: [socket.descriptor], idleSeconds: 60)
        let gate = DispatchSemaphore(value: 0)
        let holders = await hold(.short, gate) + (await hold(.long, gate))
        for path in [CheckHealth.path, CheckReadiness.path] {
            #expect(await HTTPServerTests.ask(socket.path, path)?.hasPrefix("HTTP/1.1 200 ") == true)
        }
        for _ in holders { gate.signal() }
        for holder in holders { await holder.value }
        #expect(await server.drain(seconds: 5))
    }
}
