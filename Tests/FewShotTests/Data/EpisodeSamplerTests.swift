import FewShot
import Randomness
import Testing

@Suite struct EpisodeSamplerTests {
    private let sizes = [7, 3, 9, 8, 6, 40]

    @Test func `an episode never uses a picture twice`() throws {
        var sampler = try EpisodeSampler(sizes: sizes, way: 3, shot: 2, query: 4, seed: 1)
        #expect(sampler.eligibleClasses == 5)
        for _ in 0..<300 {
            let episode = sampler.next()
            #expect(episode.classes.count == 3 && Set(episode.classes).count == 3)
            #expect(!episode.classes.contains(1))
            for (index, label) in episode.classes.enumerated() {
                let (support, query) = (episode.support[index], episode.query[index])
                #expect(support.count == 2 && query.count == 4)
                #expect(Set(support + query).count == 6)
                #expect((support + query).allSatisfy { (0..<sizes[label]).contains($0) })
            }
        }
    }

    @Test func `every class and every picture has its turn`() throws {
        var sampler = try EpisodeSampler(sizes: sizes, way: 2, shot: 1, query: 1, seed: 4)
        var (classes, supports, queries) = ([Int: Int](), Set<Int>(), Set<Int>())
        for _ in 0..<3000 {
            let episode = sampler.next()
            for (index, label) in episode.classes.enumerated() {
                classes[label, default: 0] += 1
                if label == 2 {
                    supports.formUnion(episode.support[index])
                    queries.formUnion(episode.query[index])
                }
            }
        }
        // Each of six classes is drawn with probability 1/3: 1000 ± 26.
        #expect((0..<6).allSatisfy { abs((classes[$0] ?? 0) - 1000) < 130 })
        #expect(supports == Set(0..<9) && queries == Set(0..<9))
    }

    @Test func `the seed tells the episodes`() throws {
        func episodes(_ seed: UInt64) throws -> [EpisodeSampler.Episode] {
            var sampler = try EpisodeSampler(sizes: sizes, way: 3, shot: 2, query: 2, seed: seed)
            return (0..<20).map { _ in sampler.next() }
        }
        #expect(try episodes(5) == episodes(5))
        #expect(try episodes(5) != episodes(6))
    }

    @Test func `too few classes are refused with the numbers`() throws {
        let error = #expect(throws: DataSetError.self) {
            try EpisodeSampler(sizes: sizes, way: 4, shot: 4, query: 4, seed: 1)
        }
        #expect(error?.message.contains("needs 4 classes of 8 pictures; 3 of 6 have so many") == true)
        #expect(try EpisodeSampler(sizes: sizes, way: 3, shot: 4, query: 4, seed: 1).eligibleClasses == 3)
        #expect(throws: DataSetError.self) { try EpisodeSampler(sizes: [], way: 1, shot: 1, query: 1, seed: 1) }
    }

    /// The generator's first numbers for seed 1234567, from its authors' own code.
    @Test func `SplitMix64 is the published one`() {
        var random = SplitMix64(seed: 1_234_567)
        #expect(
            (0..<3).map { _ in random.next() } == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            ])
    }
}
