/// How much the registry holds.
public struct RegistryCounts: Sendable, Equatable {
    public let characters: Int
    public let images: Int
    public let models: Int
    public let classifiers: Int
    /// Characters that can be found by search: those with at least one image.
    public let prototypes: Int

    public init(characters: Int, images: Int, models: Int, classifiers: Int, prototypes: Int) {
        self.characters = characters
        self.images = images
        self.models = models
        self.classifiers = classifiers
        self.prototypes = prototypes
    }
}
