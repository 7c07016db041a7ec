import Testing

@testable import CommandLine

@Suite struct TextTableTests {
    @Test func `columns are as wide as their widest cell`() {
        var table = TextTable(("name", .left), ("images", .right), ("note", .left))
        table.add("Rei", "5", "")
        table.add("Shinji Ikari", "12345678", "new")
        #expect(
            table.text == """
                name            images  note
                Rei                  5
                Shinji Ikari  12345678  new
                """)
    }

    /// Letters of East Asia take two cells: 綾波レイ is eight wide.
    @Test func `wide letters count twice`() {
        var table = TextTable(("n", .left), ("k", .right))
        table.add("綾波レイ", "初音")
        table.add("abcdefgh", "5")
        table.add("ﾚｲ é", "￥")
        table.add("한글😀", "Ａ")
        #expect(
            table.text == """
                n            k
                綾波レイ  初音
                abcdefgh     5
                ﾚｲ é        ￥
                한글😀      Ａ
                """)
    }

    /// A letter with a combining mark is one letter.
    @Test func `marks take no room`() {
        var table = TextTable(("a", .left), ("b", .left))
        table.add("e\u{301}e\u{301}", "x")
        table.add("ee", "x")
        #expect(table.text == "a   b\ne\u{301}e\u{301}  x\nee  x")
    }

    @Test func `without rows there are the headings`() {
        #expect(TextTable(("a", .left), ("bc", .right)).text == "a  bc")
    }
}
