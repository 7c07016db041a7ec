import FewShot
import PlainMath
import Statistics
import Testing

@Suite struct UnknownRadiusTests {
    /// What happens at a radius, counted by plain loops over the very questions that some of the draws ask: the first half chooses
    /// the radius, the second judges it.
    private func rates(
        _ data: [[[Float]]], radius: Double, shot: Int, query: Int, draws: Range<Int>, seed: UInt64
    ) throws -> (right: Double, falseRejects: Double, falseAccepts: Double) {
        let eligible = data.count { $0.count >= shot + query }
        let enrolled = min(10, eligible / 2)
        var sampler = try EpisodeSampler(
            sizes: data.map(\.count), way: enrolled * 2, shot: shot, query: query, seed: seed)
        var (right, rejected, accepted, known, strangers) = (0.0, 0.0, 0.0, 0.0, 0.0)
        for draw in 0..<draws.upperBound {
            let episode = sampler.next()
            guard draws.contains(draw) else { continue }
            let means = (0..<enrolled).map { index in
                Direct.mean(episode.support[index].map { data[episode.classes[index]][$0] })
            }
            for (index, label) in episode.classes.enumerated() {
                for image in episode.query[index] {
                    let nearest = Direct.nearest(data[label][image], means)
                    // The radius is a distance in single precision.
                    let within = nearest.distance <= radius * (1 + 1e-6)
                    if index < enrolled {
                        known += 1
                        if within && nearest.index == index { right += 1 }
                        if !within { rejected += 1 }
                    } else {
                        strangers += 1
                        if within { accepted += 1 }
                    }
                }
            }
        }
        return (right / known, rejected / known, accepted / strangers)
    }

    @Test(arguments: [nil, 0, 0.05, 0.3, 1] as [Double?])
    func `the rates are those at the radius on other draws, and the bound is kept`(bound: Double?) throws {
        let data = Gaussians.onAxes(classes: 12, each: 15, width: 12, distance: 2, spread: 0.7, seed: 1)
        let fit = try UnknownRadius.fit(data, shot: 5, query: 5, draws: 40, seed: 3, falseAccepts: bound)
        let judged = try rates(data, radius: fit.radius, shot: 5, query: 5, draws: 20..<40, seed: 3)
        #expect(abs(fit.falseAccepts.mean - judged.falseAccepts) < 1e-9)
        #expect(abs(fit.falseRejects.mean - judged.falseRejects) < 1e-9)
        #expect(abs(fit.rightAndAccepted.mean - judged.right) < 1e-9)
        #expect(fit.falseAccepts.interval.contains(judged.falseAccepts))
        #expect(fit.pictures == 20 * 12 * 5)
        let fitted = try rates(data, radius: fit.radius, shot: 5, query: 5, draws: 0..<20, seed: 3)
        #expect(fitted.falseAccepts <= bound ?? 1)
        if let bound, bound > 0, bound < 1 {
            // The bound is used: there is no radius a little larger that is as good and still allowed.
            let more = try rates(data, radius: fit.radius * 1.2, shot: 5, query: 5, draws: 0..<20, seed: 3)
            #expect(more.falseAccepts > bound || more.right <= fitted.right)
        }
        if bound == 1 {
            let all = try rates(data, radius: 1e9, shot: 5, query: 5, draws: 0..<20, seed: 3)
            #expect(abs(fitted.right - all.right) < 1e-9)
        }
        if bound == nil {
            for factor in [0.5, 0.8, 0.95, 1.05, 1.2, 2] {
                let other = try rates(data, radius: fit.radius * factor, shot: 5, query: 5, draws: 0..<20, seed: 3)
                #expect(other.right - other.falseAccepts <= fitted.right - fitted.falseAccepts + 1e-9)
            }
        }
    }

    @Test func `separated characters are all distinguished from strangers`() throws {
        let data = Gaussians.onAxes(classes: 10, each: 20, width: 10, distance: 100, spread: 1, seed: 2)
        let fit = try UnknownRadius.fit(data, seed: 1, falseAccepts: nil)
        #expect(fit.rightAndAccepted.mean == 1 && fit.falseAccepts.mean == 0 && fit.falseRejects.mean == 0)
        #expect(fit.radius > 1 && fit.radius < 20)
    }

    /// Pictures at a few places only, so that many distances are equal: what lies at the radius is accepted, all of it.
    @Test(arguments: [nil, 0.1, 0.4] as [Double?]) func `equal distances are accepted together`(bound: Double?) throws {
        let data: [[[Float]]] = (0..<6).map { label in
            (0..<12).map { image in [Float(label * 4 + image % 4)] }
        }
        let fit = try UnknownRadius.fit(data, shot: 1, query: 6, draws: 50, seed: 7, falseAccepts: bound)
        let judged = try rates(data, radius: fit.radius, shot: 1, query: 6, draws: 25..<50, seed: 7)
        #expect(abs(fit.falseAccepts.mean - judged.falseAccepts) < 1e-9, "reported \(fit.falseAccepts), is \(judged)")
        #expect(abs(fit.rightAndAccepted.mean - judged.right) < 1e-9)
        let fitted = try rates(data, radius: fit.radius, shot: 1, query: 6, draws: 0..<25, seed: 7)
        #expect(fitted.falseAccepts <= bound ?? 1)
    }

    /// Strangers look just like the enrolled: no radius above zero accepts none of them.
    @Test func `a bound that no radius keeps is refused`() {
        let data = [[[Float]]](repeating: [[Float]](repeating: [1, 0], count: 20), count: 6)
        let error = #expect(throws: DataSetError.self) { try UnknownRadius.fit(data, seed: 1, falseAccepts: 0) }
        #expect(error?.message.contains("strangers") == true)
    }

    @Test func `fewer than four classes with enough pictures are refused`() throws {
        var data = Gaussians.onAxes(classes: 4, each: 15, width: 4, distance: 3, spread: 1, seed: 3)
        #expect(try UnknownRadius.fit(data, draws: 10, seed: 1, falseAccepts: nil).pictures == 200)
        data[2].removeLast()
        let error = #expect(throws: DataSetError.self) { try UnknownRadius.fit(data, seed: 1, falseAccepts: nil) }
        #expect(error?.message.contains("15 pictures") == true && error?.message.contains("3 of 4") == true)
    }

    @Test func `the seed tells the radius`() throws {
        let data = Gaussians.onAxes(classes: 8, each: 20, width: 8, distance: 2, spread: 1, seed: 4)
        func fit(_ seed: UInt64) throws -> UnknownRadius {
            try UnknownRadius.fit(data, draws: 20, seed: seed, falseAccepts: 0.1)
        }
        #expect(try fit(1) == fit(1))
        #expect(try fit(1) != fit(2))
    }
}
