/// The request of an endpoint whose path names one thing: `…/{name}`.
public struct NamedRequest: EndpointRequest, Equatable {
    public var name: String

    public init(name: String) { self.name = name }

    public func message() throws(APIError) -> RequestMessage { RequestMessage(parameters: ["name": name]) }

    public init(message: RequestMessage) throws(APIError) {
        try message.allowQuery([])
        name = try message.parameter("name")
    }
}
