import API
import Testing

@testable import Registry

@Suite struct RegistryNameTests {
    @Test func composesAndTrims() throws {
        let decomposed = try RegistryName.validated(" e\u{301}mile\u{200B}\t")
        #expect(Array(decomposed.utf8) == Array("\u{E9}mile".utf8))
        #expect(try RegistryName.validated("綾波レイ") == "綾波レイ")
        #expect(try RegistryName.validated("❤\u{FE0F}") == "❤\u{FE0F}")
        #expect(try RegistryName.validated("Rei / Asuka") == "Rei / Asuka")
    }

    @Test(arguments: [
        "", "   ", "\u{200B}", "\u{200D}\u{2060}", "a\nb", "a\u{0}b", "a\u{7F}", "a\u{2028}b", "a\u{202E}b",
        "\u{2066}a",
        "a\u{FFFF}", ".", "..", "\u{301}\n",
    ])
    func refuses(_ name: String) {
        let error = #expect(throws: RegistryError.self) { _ = try RegistryName.validated(name) }
        #expect(error?.code == .invalidName)
    }

    @Test func countsBytes() throws {
        #expect(try RegistryName.validated(String(repeating: "あ", count: 66)).utf8.count == 198)
        #expect(throws: RegistryError.self) { _ = try RegistryName.validated(String(repeating: "あ", count: 67)) }
        #expect(try RegistryName.validated(String(repeating: "a", count: 200)).count == 200)
        #expect(throws: RegistryError.self) { _ = try RegistryName.validated(String(repeating: "a", count: 201)) }
    }
}
