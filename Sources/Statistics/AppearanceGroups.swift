import Foundation

/// Finds the groups that a character's pictures fall into, by the two-covariance model.
///
/// Every picture begins as a group. The two groups whose union changes the log-likelihood of the pictures most favorably are merged, again
/// and again, as long as no union costs more than ``cost``. The likelihood of a group is that of pictures drawn about one unknown center, so
/// it weighs by itself how far apart two groups lie against how much they are spread, and no number of groups has to be chosen.
///
/// Of many pictures, ``mostCompared`` are grouped, evenly spaced, and each of the others joins the group that it raises most. So the time
/// grows with the number of pictures only.
///
/// Source of the likelihood: Brümmer and de Villiers, "The Speaker Partitioning Problem", Odyssey 2010.
public struct AppearanceGroups: Sendable, Equatable {
    /// The most pictures that are compared in pairs.
    public static let mostCompared = 128
    /// Two groups merge even if the log-likelihood falls by so much. One group needs less explanation than two, and a single unusual picture
    /// is seldom an appearance.
    static let cost = 3.0

    /// Two pictures say too little to be two appearances.
    private static let fewestPictures = 3

    /// The indices of each group's pictures, in order. Larger groups come first, equal ones in the order of their first pictures.
    public let groups: [[Int]]

    /// - Parameters:
    ///   - pictures: the embeddings of a character's pictures, all of one width.
    ///   - model: nil to keep all pictures in one group.
    public init(of pictures: [[Float]], given model: TwoCovariance?) {
        guard let model, pictures.count >= Self.fewestPictures else {
            groups = pictures.isEmpty ? [] : [Array(pictures.indices)]
            return
        }
        let compared = Self.compared(of: pictures.count)
        var merging = Merging(compared.map { pictures[$0] }, model)
        merging.run()
        var found = merging.open.map { group in merging.members[group].map { compared[$0] } }
        let chosen = Set(compared)
        if found.count == 1 {
            found = [Array(pictures.indices)]
        } else if chosen.count < pictures.count {
            let sums = merging.open.map { group in
                Self.Sum(of: merging.members[group].map { pictures[compared[$0]] })
            }
            for index in pictures.indices where !chosen.contains(index) {
                let gains = sums.map { $0.gain(pictures[index], model) }
                found[gains.indices.max { gains[$0] < gains[$1] } ?? 0].append(index)
            }
        }
        groups = found.map { $0.sorted() }.sorted { ($1.count, $0[0]) < ($0.count, $1[0]) }
    }

    /// The appearances of the pictures, in the order of the groups.
    public func appearances(of pictures: [[Float]]) -> [Appearance] {
        groups.map { group in Appearance(of: group.map { pictures[$0] }) }
    }

    /// For each picture, the index of its group.
    public var places: [Int] {
        var places = [Int](repeating: 0, count: groups.reduce(0) { $0 + $1.count })
        for (number, group) in groups.enumerated() {
            for picture in group { places[picture] = number }
        }
        return places
    }

    /// The pictures that are compared in pairs: all, or evenly spaced ones.
    private static func compared(of count: Int) -> [Int] {
        guard count > mostCompared else { return Array(0..<count) }
        return (0..<mostCompared).map { $0 * count / mostCompared }
    }

    /// The sum of a group's pictures.
    private struct Sum {
        let sum: [Float]
        let square: Double
        let count: Int

        init(of pictures: [[Float]]) {
            count = pictures.count
            var total = [Float](repeating: 0, count: pictures[0].count)
            for picture in pictures {
                for index in total.indices { total[index] += picture[index] }
            }
            sum = total
            square = Double(AppearanceGroups.product(total, total))
        }

        /// By how much the log-likelihood rises if a picture joins the group.
        func gain(_ picture: [Float], _ model: TwoCovariance) -> Double {
            let own = Double(AppearanceGroups.product(picture, picture))
            let both = square + own + 2 * Double(AppearanceGroups.product(picture, sum))
            return model.evidence(count: count + 1, squaredSum: both)
                - model.evidence(count: count, squaredSum: square) - model.evidence(count: 1, squaredSum: own)
        }
    }

    /// a · b.
    fileprivate static func product(_ first: [Float], _ second: [Float]) -> Float {
        precondition(first.count == second.count, "embeddings of two widths")
        // Spans and four sums take a twentieth of the time of one loop over arrays.
        let (x, y) = (first.span, second.span)
        var (a, b, c, d) = (Float(0), Float(0), Float(0), Float(0))
        let whole = x.count - x.count % 4
        var index = 0
        while index < whole {
            a += x[index] * y[index]
            b += x[index + 1] * y[index + 1]
            c += x[index + 2] * y[index + 2]
            d += x[index + 3] * y[index + 3]
            index += 4
        }
        while index < x.count {
            a += x[index] * y[index]
            index += 1
        }
        return a + b + c + d
    }
}

/// The agglomeration of up to ``AppearanceGroups/mostCompared`` pictures.
///
/// The sums of groups enter the likelihood only by their products with each other. So the pictures are multiplied with each other once, and
/// a merge adds two rows of the table of products.
private struct Merging {
    /// The groups that are left, by the index of a picture of theirs, rising.
    private(set) var open: [Int]
    /// The pictures of each group that is left.
    private(set) var members: [[Int]]
    private let model: TwoCovariance
    private let width: Int
    /// sum · sum of every two groups.
    private var products: [Double]
    /// The log-likelihood of each group, apart from what no merge changes.
    private var evidence: [Double]
    /// For each group, the best partner before it and the gain of their union.
    private var best: [(partner: Int, gain: Double)]

    init(_ pictures: [[Float]], _ model: TwoCovariance) {
        width = pictures.count
        self.model = model
        open = Array(pictures.indices)
        members = pictures.indices.map { [$0] }
        products = [Double](repeating: 0, count: width * width)
        for second in pictures.indices {
            for first in 0...second {
                let product = Double(AppearanceGroups.product(pictures[first], pictures[second]))
                products[first * width + second] = product
                products[second * width + first] = product
            }
        }
        evidence = []
        best = []
        evidence = pictures.indices.map { model.evidence(count: 1, squaredSum: products[$0 * width + $0]) }
        best = pictures.indices.map { partner(before: $0) }
    }

    mutating func run() {
        while let last = open.max(by: { best[$0].gain < best[$1].gain }), best[last].gain >= -AppearanceGroups.cost {
            merge(best[last].partner, last)
        }
    }

    private func gain(_ first: Int, _ second: Int) -> Double {
        let square =
            products[first * width + first] + products[second * width + second] + 2 * products[first * width + second]
        return model.evidence(count: members[first].count + members[second].count, squaredSum: square)
            - evidence[first] - evidence[second]
    }

    private func partner(before group: Int) -> (partner: Int, gain: Double) {
        var found = (partner: group, gain: -Double.infinity)
        for other in open where other < group {
            let gain = gain(other, group)
            if gain > found.gain { found = (other, gain) }
        }
        return found
    }

    /// Merges a group into one before it.
    private mutating func merge(_ kept: Int, _ gone: Int) {
        open.removeAll { $0 == gone }
        members[kept] += members[gone]
        for other in open where other != kept {
            let product = products[kept * width + other] + products[gone * width + other]
            products[kept * width + other] = product
            products[other * width + kept] = product
        }
        products[kept * width + kept] += products[gone * width + gone] + 2 * products[kept * width + gone]
        evidence[kept] = model.evidence(count: members[kept].count, squaredSum: products[kept * width + kept])
        best[kept] = partner(before: kept)
        for group in open where group > kept {
            if best[group].partner == kept || best[group].partner == gone {
                best[group] = partner(before: group)
            } else {
                let gain = gain(kept, group)
                if gain > best[group].gain || (gain == best[group].gain && kept < best[group].partner) {
                    best[group] = (kept, gain)
                }
            }
        }
    }
}

extension TwoCovariance {
    /// The log-likelihood of a group of pictures about one unknown center, without the terms that are the same however pictures are grouped.
    /// - Parameter squaredSum: ‖Σx‖² over the group's pictures.
    fileprivate func evidence(count: Int, squaredSum: Double) -> Double {
        let ratio = Double(count) * between / within
        return -dimensions / 2 * (log1p(ratio) - between / (within * within * (1 + ratio)) * squaredSum)
    }
}
