/// The version of the product, in one place.
public enum Version {
    public static let current = "0.2.0"
}
