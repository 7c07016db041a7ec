/// The request of an endpoint whose path holds an image's or a job's id: `…/{id}`.
public struct IdentifiedRequest: EndpointRequest, Equatable {
    public var id: Int64

    public init(id: Int64) { self.id = id }

    public func message() throws(APIError) -> RequestMessage { RequestMessage(parameters: ["id": String(id)]) }

    public init(message: RequestMessage) throws(APIError) {
        try message.allowQuery([])
        id = try message.identifier("id")
    }
}
