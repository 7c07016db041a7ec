public import Statistics

/// The means that the likelihood compares a picture with: one of each character, and those of the appearances of a character that has
/// several.
struct CharacterMeans: Sendable {
    /// The means of all pictures of each character.
    let means: ClassMeans
    private let counts: [Int]
    /// Of the characters with several.
    private let appearances: [Int: CharacterAppearances]
    /// For each character, its rows among all rows of characters with several appearances; empty for the others.
    private let places: [Range<Int>]
    private let rows: [Appearance.Row]
    private let rowMeans: ClassMeans

    /// - Parameters:
    ///   - support: for each character, at least one embedding, all of one width.
    ///   - grouping: finds the appearances; nil for one mean each.
    init(_ support: [[[Float]]], grouping: TwoCovariance?) {
        means = ClassMeans(support)
        counts = support.map(\.count)
        var (found, places, rows): ([Int: CharacterAppearances], [Range<Int>], [Appearance.Row]) = ([:], [], [])
        for (label, pictures) in support.enumerated() {
            let start = rows.count
            let appearances = CharacterAppearances(pictures, grouping: grouping)
            if appearances.groups.count > 1 {
                found[label] = appearances
                rows += Appearance.rows(appearances.groups)
            }
            places.append(start..<rows.count)
        }
        (appearances, self.places, self.rows) = (found, places, rows)
        rowMeans = ClassMeans(rows: rows.map(\.vector))
    }

    /// The mean number of appearances of a character.
    var appearancesOfOne: Double {
        Double(counts.indices.reduce(0) { $0 + max(1, places[$1].count) }) / Double(max(1, counts.count))
    }

    /// The characters as pictures see them, all of every query.
    func seen(by queries: [[Float]]) -> [[SeenCharacter]] {
        let squares = squares(of: queries)
        return queries.indices.map { query in
            zip(counts.indices, toMeans(query, squares)).map { label, toMean in
                let square = Double(toMean)
                guard !places[label].isEmpty else {
                    return SeenCharacter(
                        SeenMean(
                            squaredDistance: square, squaredLength: Double(means.squaredNorms[label]),
                            count: Double(counts[label])))
                }
                return SeenCharacter(
                    squaredDistance: square,
                    means: places[label].map { row in
                        SeenMean(
                            squaredDistance: Double(squares.toRows[query * rows.count + row]),
                            squaredLength: Double(rowMeans.squaredNorms[row]), count: rows[row].count,
                            share: rows[row].share)
                    })
            }
        }
    }

    /// A picture's own character without the picture.
    /// - Parameters:
    ///   - picture: its index among the character's pictures, at least two.
    ///   - label: the character's.
    func seen(by query: [Float], leavingOut picture: Int, of label: Int) -> SeenCharacter {
        precondition(counts[label] > 1, "a class of one picture has no others")
        let all = appearances[label] ?? CharacterAppearances(mean: means.mean(label), count: counts[label])
        return all.seen(by: query, leavingOut: picture)
    }

    /// The squared distances of queries to all means.
    struct Squares {
        let queries: [[Float]]
        fileprivate let toMeans, toRows: [Float]
    }

    func squares(of queries: [[Float]]) -> Squares {
        Squares(
            queries: queries, toMeans: means.squaredDistances(to: queries),
            toRows: rowMeans.squaredDistances(to: queries))
    }

    /// The squared distances of a query to the means of all pictures of each character.
    func toMeans(_ query: Int, _ squares: Squares) -> ArraySlice<Float> {
        squares.toMeans[query * counts.count..<(query + 1) * counts.count]
    }

    /// A character's log-likelihood ratio to a stranger.
    func ratio(of label: Int, _ query: Int, _ squares: Squares, squaredQuery: Double, _ terms: Terms) -> Double {
        guard !places[label].isEmpty else {
            return terms.means[label].ratio(
                squaredDistance: Double(squares.toMeans[query * counts.count + label]),
                squaredMean: Double(means.squaredNorms[label]), squaredQuery: squaredQuery)
        }
        let start = places[label].lowerBound
        return SeenMean.mixture(places[label].count) { index in
            let row = start + index
            let ratio = terms.rows[row].ratio(
                squaredDistance: Double(squares.toRows[query * rows.count + row]),
                squaredMean: Double(rowMeans.squaredNorms[row]), squaredQuery: squaredQuery)
            return (ratio, rows[row].share)
        }
    }

    /// A model's terms for every mean and every row.
    struct Terms: Sendable {
        fileprivate let means, rows: [TwoCovariance.Terms]
    }

    func terms(of model: TwoCovariance) -> Terms {
        Terms(
            means: counts.map { model.terms(count: Double($0)) }, rows: rows.map { model.terms(count: $0.count) })
    }
}

/// A character's pictures, in the groups that look alike, so that each picture can be left out.
public struct CharacterAppearances: Sendable {
    public let groups: [Appearance]
    /// For each picture, the index of its group.
    private let places: [Int]

    /// - Parameters:
    ///   - pictures: the embeddings of the character's pictures, at least one.
    ///   - grouping: nil to keep all in one group.
    public init(_ pictures: [[Float]], grouping: TwoCovariance?) {
        let found = AppearanceGroups(of: pictures, given: grouping)
        (groups, places) = (found.appearances(of: pictures), found.places)
    }

    /// A character with one appearance.
    init(mean: [Float], count: Int) {
        groups = [Appearance(mean: mean, count: count)]
        places = [Int](repeating: 0, count: count)
    }

    /// The character without one of its pictures, as that picture sees it.
    /// - Parameter picture: its index. There is another one.
    public func seen(by query: [Float], leavingOut picture: Int) -> SeenCharacter {
        SeenCharacter(Appearance.removing(query, from: places[picture], of: groups), from: query)
    }
}

extension SeenCharacter {
    /// - Parameter appearances: at least one.
    init(_ appearances: [Appearance], from query: [Float]) {
        func square(_ vector: [Float]) -> Double { Double(MeanHead.squaredDistance(query, vector)) }
        let mean = Appearance.common(appearances)
        self.init(
            squaredDistance: square(mean),
            means: Appearance.rows(appearances).map {
                SeenMean(
                    squaredDistance: square($0.vector), squaredLength: Double(ClassMeans.squaredNorm($0.vector)),
                    count: $0.count, share: $0.share)
            })
    }
}
