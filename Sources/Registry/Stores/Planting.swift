import API
import Foundation
import Randomness

extension Registry {
    /// Fills the registry with characters of random prototypes, for a measurement: `character 1`, `character 2` …, in turn of one picture
    /// and of two, which hold `pictureBytes` random bytes and are no pictures.
    /// - Throws: `modelNotActive`, the storage errors.
    package func plant(characters: Int, pictureBytes: Int) throws(RegistryError) {
        let database = try database()
        guard let model = try database.activeModel() else { throw RegistryError.noActiveModel }
        var random = SplitMix64(seed: 1)
        // Some thousand at a time, so that the write-ahead log stays short.
        for start in stride(from: 1, through: characters, by: 5000) {
            try database.transaction { () throws(RegistryError) in
                for number in start..<min(characters + 1, start + 5000) {
                    let images = (0...number % 2).map { _ in
                        NewImage(random: &random, dimensions: model.record.dimensions, bytes: pictureBytes)
                    }
                    _ = try database.enroll(images, under: "character \(number)", model: model)
                }
            }
        }
        try index.load(from: database)
    }
}

extension NewImage {
    fileprivate init(random: inout SplitMix64, dimensions: Int, bytes count: Int) {
        let embedding = (0..<dimensions).map { _ in Float(random.uniform(-1, 1)) }
        let digest = (0..<4).map { _ in
            let digits = String(random.next(), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
        self.init(
            bytes: Data((0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }), sha256: digest,
            format: "png",
            width: 1, height: 1, source: "", embedding: embedding)
    }
}
