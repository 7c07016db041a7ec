import Foundation
import Testing

@testable import NeuralNetwork

/// Work that does not fit into memory ends with an error.
@Suite struct MemoryTests {
    @Test func `a heap that is full says so and stays as it is`() throws {
        let heap = try BufferHeap(limit: 16 << 20)
        let first = try AlignedBuffer(count: 2 << 20, from: heap)
        first.base[(2 << 20) - 1] = 7
        let error = #expect(throws: NetworkError.self) { try AlignedBuffer(count: 3 << 20, from: heap) }
        #expect(error?.code == .outOfMemory)
        #expect(error?.message.contains("more than 20 MiB of memory; this process may use 16 MiB") == true)
        // What is left can still be had, and what was freed can be had again.
        var second: AlignedBuffer? = try AlignedBuffer(count: 2 << 20, from: heap)
        second?.base[0] = 8
        #expect(throws: NetworkError.self) { try AlignedBuffer(count: 1, from: heap) }
        second = nil
        #expect(throws: NetworkError.self) { try AlignedBuffer(count: (2 << 20) + 1, from: heap) }
        let third = try AlignedBuffer(count: 2 << 20, from: heap)
        third.base[(2 << 20) - 1] = 9
        #expect(first.base[(2 << 20) - 1] == 7)
    }

    @Test func `no address space for a heap is an error`() {
        let error = #expect(throws: NetworkError.self) { try BufferHeap(limit: 1 << 60) }
        #expect(error?.code == .outOfMemory)
    }

    @Test func `a batch beyond memory is refused before it is computed`() throws {
        var graph = Graph(input: Shape(height: 32, width: 32, channels: 3))
        let x = graph.convolution(graph.input, "c", channels: 8, kernel: 3, padding: .same)
        graph.tap("out", graph.activation(graph.batchNorm(x, "n", epsilon: 1e-3), .relu))
        let plan = try TrainingPlan(graph, weights: graph.randomWeights(seed: 1), threads: 1)
        try plan.checkMemory(images: 8, batches: 4)
        let error = #expect(throws: NetworkError.self) { try plan.checkMemory(images: 1 << 40, batches: 4) }
        #expect(error?.code == .outOfMemory)
        #expect(error?.message.contains("1099511627776 pictures of 32×32 pixels") == true)
        #expect(throws: NetworkError.self) { try plan.checkMemory(images: .max, batches: 4) }
    }

    @Test func `the lowest limit of the control group and of those around it counts`() throws {
        let root = NSTemporaryDirectory() + "aniwho-groups-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: root) }
        func write(_ text: String, _ path: String) throws {
            let file = URL(filePath: "\(root)/\(path)")
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        try write("max\n", "a.slice/b.service/memory.max")
        #expect(MemoryLimit.limit(ofGroup: "0::/a.slice/b.service", root: root) == nil)
        try write("1073741824\n", "a.slice/memory.max")
        #expect(MemoryLimit.limit(ofGroup: "0::/a.slice/b.service", root: root) == 1 << 30)
        try write("4096\n", "a.slice/b.service/memory.max")
        #expect(MemoryLimit.limit(ofGroup: "0::/a.slice/b.service", root: root) == 4096)
        try write("8192\n", "memory/docker/x/memory.limit_in_bytes")
        #expect(MemoryLimit.limit(ofGroup: "9:memory:/docker/x", root: root) == 8192)
        #expect(MemoryLimit.limit(ofGroup: "8:cpu,cpuacct:/docker/x", root: root) == nil)
        #expect(MemoryLimit.limit(ofGroup: "nonsense", root: root) == nil)
    }
}
