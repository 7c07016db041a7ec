/// `GET /v1/classifiers/{name}`: one trained classifier.
public enum ShowClassifier: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/v1/classifiers/{name}"

    public typealias Request = NamedRequest
    public typealias Response = ClassifierInfo
}
