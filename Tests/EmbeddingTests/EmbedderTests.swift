import Foundation
import Imaging
import NeuralNetwork
import Testing

@testable import Embedding

@Suite struct EmbedderTests {
    private func embedder(mirror: Bool, readout: Bool, threads: Int = 1) throws -> Embedder {
        let tensors = readout ? TestModels.readout(width: 96 + 320, dimensions: 24) : [:]
        let settings = ["taps": "blocks.4,blocks.6", "mirror": String(mirror)]
        return try Embedder(model: Model(TestModels.file(settings, tensors: tensors)), threads: threads)
    }

    private let pictures = (0..<3).map { TestModels.picture(seed: UInt64($0)) }

    /// Within a few units of the last place of a vector of length 1.
    private func agree(_ some: [[Float]], _ others: [[Float]]) -> Bool {
        some.count == others.count
            && zip(some.joined(), others.joined()).allSatisfy { abs($0 - $1) <= 1e-6 * max(1, abs($1)) }
    }

    @Test(arguments: [true, false]) func `with the mirror image averaged in, left and right are alike`(readout: Bool)
        throws
    {
        let embedder = try embedder(mirror: true, readout: readout)
        #expect(agree(embedder.embed(pictures), embedder.embed(pictures.map { $0.mirrored() })))
        let plain = try self.embedder(mirror: false, readout: readout)
        for (one, other) in zip(plain.embed(pictures), plain.embed(pictures.map { $0.mirrored() })) {
            #expect(one != other)
        }
    }

    /// Without a readout the embedding is the mean of both, with one the mean brought back to length 1.
    @Test func `the average is that of the two embeddings`() throws {
        for readout in [true, false] {
            let plain = try embedder(mirror: false, readout: readout)
            let both = zip(plain.embed(pictures), plain.embed(pictures.map { $0.mirrored() }))
            for (vector, pair) in zip(try embedder(mirror: true, readout: readout).embed(pictures), both) {
                var expected = zip(pair.0, pair.1).map { ($0 + $1) / 2 }
                if readout {
                    let length = expected.reduce(0) { $0 + $1 * $1 }.squareRoot()
                    expected = expected.map { $0 / length }
                    #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)
                }
                #expect(zip(vector, expected).allSatisfy { abs($0 - $1) < 1e-5 * (1 + abs($1)) })
            }
        }
    }

    @Test func `without a readout the taps stand side by side`() throws {
        let embedder = try embedder(mirror: false, readout: false)
        let features = embedder.features(pictures)
        #expect(embedder.widths == [96, 320] && embedder.dimensions == 416)
        for (index, vector) in embedder.embed(pictures).enumerated() {
            let first = features[0][index * 96..<(index + 1) * 96]
            let second = features[1][index * 320..<(index + 1) * 320]
            #expect(vector == Array(first) + Array(second))
        }
    }

    /// To the bit.
    @Test(arguments: [true, false]) func `an embedding depends on neither batch nor threads`(readout: Bool) throws {
        let many = (0..<19).map { TestModels.picture(seed: UInt64($0)) }
        let together = try embedder(mirror: true, readout: readout, threads: 3).embed(many)
        let alone = try embedder(mirror: true, readout: readout)
        let each = many.flatMap { alone.embed([$0]) }
        #expect(together == each)
        #expect(together.count == 19)
        #expect(alone.embed([Image]()) == [])
    }

    /// To the bit, more pictures than a lane's plan takes at once, and both lanes at a time.
    @Test(arguments: [true, false]) func `a lane gives what all threads together give`(mirror: Bool) async throws {
        let many = (0..<21).map { TestModels.picture(seed: UInt64($0)) }
        let embedder = try embedder(mirror: mirror, readout: true, threads: 2)
        let expected = embedder.embed(many)
        await withTaskGroup(of: [[Float]].self) { group in
            for lane in 0..<2 { group.addTask { embedder.embed(many, lane: lane) } }
            for await vectors in group { #expect(vectors == expected) }
        }
        #expect(embedder.embed([many[3]], lane: 1) == [expected[3]])
    }

    /// Channels first and normalized, as PyTorch has them, gives what the picture gives.
    @Test func `a tensor goes to the network as it is`() throws {
        let embedder = try embedder(mirror: false, readout: true)
        let size = TestModels.size
        let values = pictures.flatMap { picture in
            (0..<3).flatMap { channel in
                (0..<size * size).map { Float(picture.pixels[$0 * 3 + channel]) / 127.5 - 1 }
            }
        }
        let vectors = try embedder.embed(Tensor(shape: [3, 3, size, size], values: values))
        for (vector, expected) in zip(vectors, embedder.embed(pictures)) {
            #expect(zip(vector, expected).allSatisfy { abs($0 - $1) < 1e-4 })
        }
        for shape in [[3, 3, size * size], [3, size, size, 3], [9, size, size]] {
            let error = #expect(throws: ModelError.self) { try embedder.embed(Tensor(shape: shape, values: values)) }
            #expect(error?.code == .invalidData && error?.message.contains("N×3×32×32") == true)
        }
    }

    @Test func `an unknown tap is refused`() throws {
        let model = try Model(TestModels.file())
        let error = #expect(throws: ModelError.self) { try Embedder(model: model, threads: 1, taps: ["layer1"]) }
        #expect(error?.code == .invalidModel && error?.message.contains("layer1") == true)
    }
}
