import CExpat
import Foundation

/// An XML document. What lies before and after its root stays byte for byte.
///
/// Expat reads it: without document type declarations, and so without entities of its own. The only file of the module with unsafe code.
struct XMLDocument {
    let root: XMLElement
    private let before: Data
    private let after: Data

    /// Elements within elements. XMP needs a dozen.
    private static let mostDepth = 100

    init(root: XMLElement, before: String, after: String) {
        (self.root, self.before, self.after) = (root, Data(before.utf8), Data(after.utf8))
    }

    /// - Throws: ``SidecarError`` if it is no well-formed XML in UTF-8, declares a document type, or is deeper than any XMP.
    init(_ data: Data) throws(SidecarError) {
        let data = Data(data)
        guard String(validating: data, as: UTF8.self) != nil else {
            throw SidecarError("it is no UTF-8 text; save it as UTF-8 with the program that made it")
        }
        guard let parser = unsafe XML_ParserCreate("UTF-8") else { throw SidecarError("there is not enough memory") }
        defer { unsafe XML_ParserFree(parser) }
        let reading = unsafe Reading(parser)
        unsafe XML_SetUserData(parser, Unmanaged.passUnretained(reading).toOpaque())
        unsafe XML_SetElementHandler(parser, elementStarts, elementEnds)
        unsafe XML_SetCharacterDataHandler(parser, textComes)
        unsafe XML_SetCommentHandler(parser, commentComes)
        unsafe XML_SetProcessingInstructionHandler(parser, instructionComes)
        unsafe XML_SetStartDoctypeDeclHandler(parser, doctypeStarts)
        unsafe XML_SetXmlDeclHandler(parser, declarationComes)
        let status = unsafe data.withUnsafeBytes { bytes in
            unsafe XML_Parse(parser, bytes.bindMemory(to: CChar.self).baseAddress, Int32(bytes.count), 1)
        }
        if let refusal = reading.refusal { throw SidecarError(refusal) }
        guard status == XML_STATUS_OK, let root = reading.root else {
            let reason = unsafe XML_ErrorString(XML_GetErrorCode(parser)).map { unsafe String(cString: $0) }
            let line = unsafe XML_GetCurrentLineNumber(parser)
            throw SidecarError("it is no well-formed XML: line \(line): \(reason ?? "it ends early")")
        }
        self.root = root
        before = data[..<reading.start]
        after = data[reading.end...]
    }

    /// The document as a file.
    var data: Data {
        var text = ""
        root.write(to: &text)
        return before + Data(text.utf8) + after
    }

    /// Builds the tree. It lives until the parser is freed, and only the parser's callbacks use it meanwhile.
    @safe fileprivate final class Reading {
        private let parser: OpaquePointer
        private(set) var root: XMLElement?
        private var open: [XMLElement] = []
        /// The text since the last tag.
        private var text = ""
        /// Where the root begins and ends, in bytes.
        private(set) var (start, end) = (0, 0)
        private(set) var refusal: String?

        init(_ parser: OpaquePointer) { unsafe self.parser = unsafe parser }

        func refuse(_ reason: String) {
            refusal = refusal ?? reason
            _ = unsafe XML_StopParser(parser, 0)
        }

        func start(_ name: String, _ attributes: [(name: String, value: String)]) {
            guard open.count < XMLDocument.mostDepth else { return refuse("its elements lie too deep for XMP") }
            flush()
            let element = XMLElement(name, attributes, in: open.last)
            if let parent = open.last {
                parent.children.append(.element(element))
            } else {
                root = element
                start = unsafe Int(XML_GetCurrentByteIndex(parser))
            }
            open.append(element)
        }

        func finish() {
            flush()
            guard open.popLast() != nil, open.isEmpty else { return }
            // Of `<a/>` it is the whole tag's, as of `</a>`.
            end = unsafe Int(XML_GetCurrentByteIndex(parser)) + Int(XML_GetCurrentByteCount(parser))
        }

        /// Expat gives a text in pieces.
        func add(_ piece: String) { text += piece }

        private func flush() {
            if !text.isEmpty { open.last?.children.append(.text(text)) }
            text = ""
        }

        func add(markup: String) {
            flush()
            open.last?.children.append(.markup(markup))
        }
    }
}

private func reading(_ context: UnsafeMutableRawPointer?) -> XMLDocument.Reading? {
    unsafe context.map { unsafe Unmanaged<XMLDocument.Reading>.fromOpaque($0).takeUnretainedValue() }
}

private func elementStarts(
    _ context: UnsafeMutableRawPointer?, _ name: UnsafePointer<CChar>?,
    _ attributes: UnsafeMutablePointer<UnsafePointer<CChar>?>?
) {
    guard let name = unsafe name, var next = unsafe attributes else { return }
    // Names and values by turns, up to a null pointer.
    var pairs: [(name: String, value: String)] = []
    while let name = unsafe next[0], let value = unsafe next[1] {
        unsafe pairs.append((name: String(cString: name), value: String(cString: value)))
        unsafe next += 2
    }
    unsafe reading(context)?.start(String(cString: name), pairs)
}

private func elementEnds(_ context: UnsafeMutableRawPointer?, _ name: UnsafePointer<CChar>?) {
    unsafe reading(context)?.finish()
}

private func textComes(_ context: UnsafeMutableRawPointer?, _ text: UnsafePointer<CChar>?, _ count: Int32) {
    guard let text = unsafe text else { return }
    let bytes = unsafe UnsafeRawBufferPointer(start: text, count: Int(count))
    unsafe reading(context)?.add(String(decoding: bytes, as: UTF8.self))
}

private func commentComes(_ context: UnsafeMutableRawPointer?, _ text: UnsafePointer<CChar>?) {
    guard let text = unsafe text else { return }
    unsafe reading(context)?.add(markup: "<!--\(String(cString: text))-->")
}

private func instructionComes(
    _ context: UnsafeMutableRawPointer?, _ target: UnsafePointer<CChar>?, _ data: UnsafePointer<CChar>?
) {
    guard let target = unsafe target else { return }
    let rest = unsafe data.map { unsafe String(cString: $0) } ?? ""
    let text = unsafe String(cString: target) + (rest.isEmpty ? "" : " " + rest)
    unsafe reading(context)?.add(markup: "<?\(text)?>")
}

private func declarationComes(
    _ context: UnsafeMutableRawPointer?, _ version: UnsafePointer<CChar>?, _ encoding: UnsafePointer<CChar>?,
    _ standalone: Int32
) {
    guard let encoding = unsafe encoding.map({ unsafe String(cString: $0) }), encoding.lowercased() != "utf-8" else {
        return
    }
    unsafe reading(context)?.refuse("it is \(encoding); save it as UTF-8 with the program that made it")
}

private func doctypeStarts(
    _ context: UnsafeMutableRawPointer?, _ name: UnsafePointer<CChar>?, _ system: UnsafePointer<CChar>?,
    _ publicName: UnsafePointer<CChar>?, _ hasInternalSubset: Int32
) {
    unsafe reading(context)?.refuse("it declares a document type, which no XMP does")
}
