/// By which distances two pictures are of one character, or of two: fitted on pairs of enrolled pictures.
public struct PairBounds: Codable, Sendable, Equatable {
    /// Up to here they are the same.
    public var sameUpTo: Double
    /// Beyond they are different.
    public var differentBeyond: Double
    /// The part of wrong answers that was asked for.
    public var allowedError: Double
    /// Of two characters' pairs, the part called the same.
    public var falseSame: RateInfo
    /// Of one character's pairs, the part called different.
    public var falseDifferent: RateInfo
    /// Of all pairs, the part not decided; both kinds count alike.
    public var undecided: RateInfo
    /// Characters whose pictures were paired.
    public var characters: Int
    public var samePairs: Int
    public var differentPairs: Int

    public init(
        sameUpTo: Double, differentBeyond: Double, allowedError: Double, falseSame: RateInfo, falseDifferent: RateInfo,
        undecided: RateInfo, characters: Int, samePairs: Int, differentPairs: Int
    ) {
        self.sameUpTo = sameUpTo
        self.differentBeyond = differentBeyond
        self.allowedError = allowedError
        self.falseSame = falseSame
        self.falseDifferent = falseDifferent
        self.undecided = undecided
        self.characters = characters
        self.samePairs = samePairs
        self.differentPairs = differentPairs
    }
}
