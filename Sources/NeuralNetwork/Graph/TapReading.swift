/// What a plan reads at a tap.
public enum TapReading: Sendable {
    /// The mean over the pixels, a value for each channel.
    case means
    /// All values, height × width × channels.
    case maps

    /// Values of one image at a tap of this shape.
    public func width(of shape: Shape) -> Int {
        switch self {
        case .means: shape.channels
        case .maps: shape.count
        }
    }
}
