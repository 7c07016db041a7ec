/// `DELETE /v1/classifiers/{name}`: forgets a trained classifier. Questions that it is answering are answered.
public enum RemoveClassifier: Endpoint {
    public static let method = HTTPMethod.delete
    public static let path = "/v1/classifiers/{name}"

    public typealias Request = NamedRequest
    /// The classifier as it was.
    public typealias Response = ClassifierInfo
}
