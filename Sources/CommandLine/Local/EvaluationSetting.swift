import FewShot

/// What a task of an evaluation looks like: N-way K-shot with Q queries of each class.
struct EvaluationSetting {
    let way, shot, query: Int
    /// The way that was asked for, where the data has fewer classes.
    var wanted: Int?

    var title: String { "\(way)-way \(shot)-shot" }

    /// The paper's four, in its order: 5-way and 20-way with one shot, then with five. Where fewer than twenty classes have enough
    /// pictures, those there are stand for the twenty.
    /// - Parameter sizes: how many pictures each class has.
    static func paper(sizes: [Int], query: Int) -> [EvaluationSetting] {
        [1, 5].flatMap { shot in
            let eligible = sizes.count { $0 >= shot + query }
            // Fewer than five fail the 5-way settings first.
            let most = max(5, min(20, eligible))
            return [
                EvaluationSetting(way: 5, shot: shot, query: query),
                EvaluationSetting(way: most, shot: shot, query: query, wanted: most < 20 ? 20 : nil),
            ]
        }
    }

    /// - Throws: `DataSetError` when the data has too few classes of enough pictures.
    func check(sizes: [Int]) throws(DataSetError) {
        _ = try EpisodeSampler(sizes: sizes, way: way, shot: shot, query: query, seed: 0)
    }
}
