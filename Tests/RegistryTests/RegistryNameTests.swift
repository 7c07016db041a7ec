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

    @Test(arguments: [
        ("Rei\u{200E}", "Rei"), ("\u{200F}Rei", "Rei"), ("R\u{61C}ei", "Rei"), ("Re\u{200D}i", "Rei"),
        ("Rei\u{FE0F}", "Rei"), ("Re\u{AD}i", "Rei"), ("R\u{2063}ei", "Rei"), ("Rei\u{2800}", "Rei"),
        ("Rei\u{E0041}", "Rei"), ("R\u{34F}ei\u{180E}", "Rei"), ("Rei  Ayanami", "Rei Ayanami"),
        ("Rei\u{A0}\u{3000}Ayanami", "Rei Ayanami"), ("Rei\u{3164}Ayanami", "Rei Ayanami"),
        ("レ\u{200D}イ\u{FE0E}", "レイ"), ("綾波\u{200B}レイ", "綾波レイ"), ("e\u{AD}\u{301}mile", "émile"),
    ])
    func `a new name has no codes that nobody sees`(given: String, stored: String) throws {
        #expect(Array(try RegistryName.new(given).utf8) == Array(stored.utf8))
    }

    @Test(arguments: [
        "❤\u{FE0F}", "👩\u{200D}🚀", "1\u{FE0F}\u{20E3}", "葛\u{E0100}", "می\u{200C}خواهم", "क्\u{200D}ष",
        "🏴\u{E0067}\u{E0062}\u{E007F}", "Rei / Asuka", "Ｒｅｉ", "O’Neil",
    ])
    func `what a reader sees stays`(name: String) throws {
        #expect(Array(try RegistryName.new(name).utf8) == Array(name.utf8))
    }

    @Test(arguments: ["\u{2800}", "\u{3164}\u{2800}", "\u{AD}\u{FE0F}", ".\u{AD}.", "\u{200E}.", "x\u{202E}"])
    func `no new thing gets a name of nothing`(name: String) {
        let error = #expect(throws: RegistryError.self) { _ = try RegistryName.new(name) }
        #expect(error?.code == .invalidName)
    }

    @Test func `names of one look have it in common`() {
        for (one, other) in [
            ("Rei", "Ｒｅｉ"), ("ﾚｲ", "レイ"), ("ガ", "ｶﾞ"), ("❤\u{FE0F}", "❤"), ("葛\u{E0100}", "葛"), ("한", "한"),
        ] { #expect(RegistryName.look(one) == RegistryName.look(other), "\(one)") }
        for (one, other) in [("Rei", "rei"), ("Rei", "Rei 2"), ("X²", "X2"), ("か", "が"), ("ReiA", "Rei A")] {
            #expect(RegistryName.look(one) != RegistryName.look(other), "\(one)")
        }
    }
}
