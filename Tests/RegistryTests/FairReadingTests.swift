import API
import Dispatch
import Foundation
import Testing

@testable import Registry

/// Long readings and changes hold up no short one.
@Suite struct FairReadingTests {
    private let scratch = try? ScratchDirectory()

    /// Keeps every connection for long readings busy until the gate opens.
    private func hold(_ registry: Registry, _ gate: DispatchSemaphore) async -> [Task<Void, any Error>] {
        let begun = DispatchSemaphore(value: 0)
        let count = registry.readers.longCount
        let holders = (0..<count).map { _ in
            Task { () throws in
                try await registry.readers.long { _ in
                    begun.signal()
                    gate.wait()
                }
            }
        }
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                for _ in 0..<count { begun.wait() }
                continuation.resume()
            }
        }
        return holders
    }

    @Test func `evidence is read while long readings go on`() async throws {
        let registry = try await Registry.scratch(try #require(scratch))
        _ = try await registry.enroll(
            character: "Rei", images: [newImage(1, [1, 0, 0, 0]), newImage(2, [2, 0, 0, 0])], model: modelA)
        let gate = DispatchSemaphore(value: 0)
        let holders = await hold(registry, gate)
        for _ in 0..<20 {
            let evidence = try await registry.nearestSupports(
                to: [0, 0, 0, 0], ofCharacter: "Rei", model: modelA, limit: 1)
            #expect(evidence.map(\.distance) == [1])
        }
        // All characters, and one of very many images, are long readings, which wait.
        try await registry.execute("UPDATE prototypes SET count = 100000")
        let names: [String?] = [nil, "Rei"]
        let waiting = names.map { name in
            Task {
                try await registry.nearestSupports(to: [0, 0, 0, 0], ofCharacter: name, model: modelA, limit: 1).count
            }
        }
        try await Task.sleep(for: .milliseconds(50))
        for _ in holders { gate.signal() }
        for task in waiting { #expect(try await task.value == 1) }
        for holder in holders { try await holder.value }
    }

    @Test func `a classifier is found during a change`() async throws {
        let registry = try await Registry.scratch(try #require(scratch))
        let stored = try await registry.importClassifier(
            identity: digest(7), name: "c", architecture: "resnet12", classes: ["a"], metadata: "{}", bytes: Data([1]))
        let (begun, gate) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let change = Task { try await registry.hold(begun, gate) }
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                begun.wait()
                continuation.resume()
            }
        }
        #expect(try await registry.classifier(named: "c") == stored)
        gate.signal()
        try await change.value
    }

    /// A search of many queries lets go of the index between its portions.
    @Test func `a change does not wait for a whole search`() {
        @Sendable func matrix() -> PrototypeMatrix {
            let matrix = PrototypeMatrix(dimensions: 4, capacity: 0)
            for character in 0..<4000 {
                matrix.set(character: Int64(character), name: "c", vector: [Float(character), 1, 2, 3], count: 1)
            }
            return matrix
        }
        let index = PrototypeIndex()
        let queries = [[Float]](repeating: [1, 2, 3, 4], count: 1 << 14)
        var reason: RegistryError.Reason?
        // On a machine that does other things the search may be over before the change.
        for _ in 0..<10 where reason == nil {
            index.apply([.replace(model: modelA, matrix: matrix())])
            let (begun, done) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
            Thread.detachNewThread {
                begun.signal()
                usleep(50_000)
                index.apply([.replace(model: modelB, matrix: matrix())])
                done.signal()
            }
            begun.wait()
            do throws(RegistryError) {
                _ = try index.search(queries: queries, model: modelA, top: 1, temperature: 1)
            } catch { reason = error.reason }
            done.wait()
        }
        // The next portion found another model.
        #expect(reason == .modelNotActive)
    }

    @Test func `searches do not wait for each other`() async throws {
        let index = PrototypeIndex()
        let matrix = PrototypeMatrix(dimensions: 2, capacity: 0, codeThreshold: 40)
        for character in 0..<40 {
            matrix.set(character: Int64(character), name: "c", vector: [Float(character), 0], count: 1)
        }
        matrix.updateCodes()
        #expect(matrix.codes != nil)
        index.apply([.replace(model: modelA, matrix: matrix)])
        // As another search does.
        let found = try index.state.read { _ throws(RegistryError) in
            try index.search(queries: [[3.2, 0], [7.9, 0]], model: modelA, top: 1, temperature: 1)
        }
        #expect(found.map { $0.first?.characterID } == [3, 8])
    }

    /// Readers who come again and again do not keep a writer out.
    @Test func `a writer goes before the readers that come after it`() {
        let lock = ReadWriteLock(0)
        let (first, done) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let begun = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            lock.read { _ in
                begun.signal()
                first.wait()
            }
        }
        begun.wait()
        Thread.detachNewThread {
            lock.write { $0 += 1 }
            done.signal()
        }
        // Until the writer waits, readers come in; from then on the next one waits for it.
        usleep(100_000)
        Thread.detachNewThread {
            #expect(lock.read { $0 } == 1)
            done.signal()
        }
        #expect(done.wait(timeout: .now() + 0.1) == .timedOut)
        first.signal()
        done.wait()
        done.wait()
    }
}

extension Registry {
    /// Keeps the registry as busy as a long change does.
    fileprivate func hold(_ begun: DispatchSemaphore, _ gate: DispatchSemaphore) throws {
        try database().transaction { () throws(RegistryError) in
            begun.signal()
            gate.wait()
        }
    }
}
