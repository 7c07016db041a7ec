import Foundation
import Geometry
import Testing

@testable import Sidecars

/// Keywords and regions in XMP files.
@Suite struct XMPSidecarTests {
    private static let picture = PictureGeometry(width: 1000, height: 500)
    private static let rei = PictureTags.Face(
        character: "Rei", box: PixelBox(100, 50, 200, 100))

    private static func tags(_ faces: [PictureTags.Face], unknown: Bool = false) -> PictureTags {
        PictureTags(
            faces: faces, writesUnknown: unknown, series: ["Rei": "Fate/stay | night & <Co>"], geometry: picture)
    }

    private func merged(_ text: String?, _ faces: [PictureTags.Face], unknown: Bool = false) throws -> String? {
        try SidecarFormat.xmp.merged(Self.tags(faces, unknown: unknown), into: text.map { Data($0.utf8) })
            .map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func `a new file has keywords for all programs, and the region`() throws {
        let new = """
            <?xml version="1.0" encoding="UTF-8"?>
            <x:xmpmeta xmlns:x="adobe:ns:meta/">
             <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
              <rdf:Description rdf:about="">
               <dc:subject xmlns:dc="http://purl.org/dc/elements/1.1/">
                <rdf:Bag>
                 <rdf:li>Rei</rdf:li>
                 <rdf:li>Fate/stay | night &amp; &lt;Co&gt;</rdf:li>
                </rdf:Bag>
               </dc:subject>
               <digiKam:TagsList xmlns:digiKam="http://www.digikam.org/ns/1.0/">
                <rdf:Bag>
                 <rdf:li>People/Rei</rdf:li>
                 <rdf:li>Series/Fate∕stay | night &amp; &lt;Co&gt;</rdf:li>
                </rdf:Bag>
               </digiKam:TagsList>
               <lr:hierarchicalSubject xmlns:lr="http://ns.adobe.com/lightroom/1.0/">
                <rdf:Bag>
                 <rdf:li>People|Rei</rdf:li>
                 <rdf:li>Series|Fate/stay ∣ night &amp; &lt;Co&gt;</rdf:li>
                </rdf:Bag>
               </lr:hierarchicalSubject>
               <mwg-rs:Regions xmlns:mwg-rs="http://www.metadataworkinggroup.com/schemas/regions/" rdf:parseType="Resource">
                <mwg-rs:AppliedToDimensions xmlns:stDim="http://ns.adobe.com/xap/1.0/sType/Dimensions#" stDim:w="1000" stDim:h="500" stDim:unit="pixel"/>
                <mwg-rs:RegionList>
                 <rdf:Bag>
                  <rdf:li>
                   <rdf:Description mwg-rs:Name="Rei" mwg-rs:Type="Face">
                    <mwg-rs:Area xmlns:stArea="http://ns.adobe.com/xmp/sType/Area#" stArea:x="0.200000" stArea:y="0.200000" stArea:w="0.200000" stArea:h="0.200000" stArea:unit="normalized"/>
                   </rdf:Description>
                  </rdf:li>
                 </rdf:Bag>
                </mwg-rs:RegionList>
               </mwg-rs:Regions>
               <aniwho:Written xmlns:aniwho="urn:aniwho:xmp:1.0/">
                <rdf:Bag>
                 <rdf:li>subject:Rei</rdf:li>
                 <rdf:li>subject:Fate/stay | night &amp; &lt;Co&gt;</rdf:li>
                 <rdf:li>digikam:People/Rei</rdf:li>
                 <rdf:li>digikam:Series/Fate∕stay | night &amp; &lt;Co&gt;</rdf:li>
                 <rdf:li>lightroom:People|Rei</rdf:li>
                 <rdf:li>lightroom:Series|Fate/stay ∣ night &amp; &lt;Co&gt;</rdf:li>
                 <rdf:li>region:0.200000 0.200000 0.200000 0.200000:Rei</rdf:li>
                </rdf:Bag>
               </aniwho:Written>
              </rdf:Description>
             </rdf:RDF>
            </x:xmpmeta>

            """
        #expect(try merged(nil, [Self.rei]) == new)
        #expect(try merged(new, [Self.rei]) == nil)
        #expect(try merged(nil, []) == nil)
        // A later answer takes back all that AniWho wrote.
        let empty = try #require(try merged(new, []))
        #expect(!empty.contains("Rei") && !empty.contains("Fate") && !empty.contains("mwg-rs"))
        #expect(try merged(empty, []) == nil)
    }

    /// What digiKam wrote: keywords, a named face, and more, some of it under a prefix of its own.
    private static let digiKam = """
        \u{FEFF}<?xpacket begin="\u{FEFF}" id="W5M0MpCehiHzreSzNTczkc9d"?><!-- by hand -->
        <x:xmpmeta xmlns:x='adobe:ns:meta/' x:xmptk='XMP Core 4.4.0-Exiv2'><r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>
        <r:Description r:about='' xmlns:xmp='http://ns.adobe.com/xap/1.0/' xmp:Rating='4'/>
        <r:Description r:about='' xmlns:DC='http://purl.org/dc/elements/1.1/' xmlns:m='http://www.metadataworkinggroup.com/schemas/regions/'
          xmlns:stArea='http://ns.adobe.com/xmp/sType/Area#' xmlns:stDim='http://ns.adobe.com/xap/1.0/sType/Dimensions#'>
         <DC:subject><r:Seq><r:li>Rei</r:li><r:li>beach</r:li></r:Seq></DC:subject><!-- kept -->
         <DC:description><r:Alt><r:li xml:lang='x-default'>a &lt;b&gt; &amp; "c"</r:li></r:Alt></DC:description>
         <m:Regions r:parseType='Resource'>
          <m:AppliedToDimensions stDim:w='2000' stDim:h='1000' stDim:unit='pixel'/>
          <m:RegionList><r:Bag>
           <r:li><r:Description m:Name='Yui' m:Type='Face'><m:Area stArea:x='0.21' stArea:y='0.2' stArea:w='0.2' stArea:h='0.2' stArea:unit='normalized'/></r:Description></r:li>
           <r:li r:parseType='Resource'><m:Name>Asuka</m:Name><m:Type>Face</m:Type><m:Area r:parseType='Resource'><stArea:x>0.75</stArea:x><stArea:y>0.5</stArea:y><stArea:w>0.1</stArea:w><stArea:h>0.2</stArea:h><stArea:unit>normalized</stArea:unit></m:Area></r:li>
           <r:li><r:Description m:Name='a cup' m:Type='BarCode'><m:Area stArea:x='0.5' stArea:y='0.5' stArea:w='0.1' stArea:h='0.1' stArea:unit='normalized'/></r:Description></r:li>
          </r:Bag></m:RegionList>
         </m:Regions>
        </r:Description></r:RDF></x:xmpmeta>
        <?xpacket end='w'?>
        """

    @Test func `what other programs wrote stays, and a face that they named is theirs`() throws {
        let mari = PictureTags.Face(
            character: "Mari", box: PixelBox(400, 300, 100, 100))
        // Where Rei is seen, somebody has written Yui.
        let with = try #require(try merged(Self.digiKam, [Self.rei, mari]))
        let start = try #require(Self.digiKam.range(of: "<x:xmpmeta"))
        #expect(with.hasPrefix(Self.digiKam[..<start.lowerBound]) && with.hasSuffix("\n<?xpacket end='w'?>"))
        for part in [
            "xmp:Rating=\"4\"", "<!-- kept -->", "a &lt;b&gt; &amp; \"c\"", "<m:Name>Asuka</m:Name>", "m:Name=\"Yui\"",
            "m:Name=\"a cup\"", "<r:li>beach</r:li>", "stDim:w=\"2000\"", "m:Name=\"Mari\"", "<r:li>People/Mari</r:li>",
        ] { #expect(with.contains(part), "\(part)") }
        #expect(!with.contains("Name=\"Rei\"") && !with.contains("region:0.200000"))
        #expect(try merged(with, [Self.rei, mari]) == nil)
        // The keyword Rei was there before AniWho, and stays; Mari was not.
        let without = try #require(try merged(with, []))
        #expect(without.contains("<r:li>Rei</r:li>") && without.contains("Yui") && !without.contains("Mari"))
        let names = try NamedFaces(inXMP: Data(without.utf8), of: Self.picture).faces
        #expect(
            names == [
                .init(name: "Yui", box: PixelBox(110, 50, 200, 100), isAniWhos: false),
                .init(name: "Asuka", box: PixelBox(700, 200, 100, 100), isAniWhos: false),
            ])
    }

    @Test func `names are read back, with who wrote them`() throws {
        let whole = PictureTags.Face(character: "Rei")
        let both = try #require(try merged(nil, [Self.rei, .init(character: nil, box: Self.rei.box)], unknown: true))
        #expect(both.contains("People/Unknown") && both.contains("<rdf:li>unknown</rdf:li>"))
        #expect(
            try NamedFaces(inXMP: Data(both.utf8), of: Self.picture).faces
                == [.init(name: "Rei", box: Self.rei.box, isAniWhos: true)])
        // A photo manager gives the region another name.
        let corrected = both.replacing("mwg-rs:Name=\"Rei\"", with: "mwg-rs:Name=\"Yui\"")
        #expect(
            try NamedFaces(inXMP: Data(corrected.utf8), of: Self.picture).faces
                == [.init(name: "Yui", box: Self.rei.box, isAniWhos: false)])
        // Without boxes, the persons among the keywords count.
        let text = try #require(try merged(nil, [whole]))
        #expect(
            try NamedFaces(inXMP: Data(text.utf8), of: Self.picture).faces
                == [.init(name: "Rei", box: nil, isAniWhos: true)])
        // Their separators in a name are written as letters that look alike.
        let slashed = try #require(try merged(nil, [.init(character: "A/B|C")]))
        #expect(slashed.contains("People/A∕B|C") && slashed.contains("People|A/B∣C"))
        #expect(try NamedFaces(inXMP: Data(slashed.utf8), of: Self.picture).faces.map(\.name) == ["A/B|C"])
    }

    @Test func `an orientation is taken into account`() throws {
        let turned = PictureGeometry(width: 50, height: 100, orientation: 6)
        let box = try #require(PixelBox(30, 0, 20, 10))
        let data = try #require(
            try SidecarFormat.xmp.merged(
                PictureTags(faces: [.init(character: "Rei", box: box)], geometry: turned), into: nil))
        let text = String(decoding: data, as: UTF8.self)
        #expect(text.contains("stDim:w=\"100\" stDim:h=\"50\"") && text.contains("stArea:x=\"0.050000\""))
        #expect(try NamedFaces(inXMP: data, of: turned).faces.map(\.box) == [box])
    }

    @Test(arguments: [
        "<a", "<a></b>", "<a/>", "plain text", "<x:xmpmeta xmlns:x='adobe:ns:meta/'/>",
        "<!DOCTYPE a [<!ENTITY e 'x'>]><x:xmpmeta xmlns:x='adobe:ns:meta/'/>",
        String(repeating: "<a>", count: 200_000),
        digiKam.replacing("<DC:subject><r:Seq>", with: "<DC:subject><r:Set>")
            .replacing("</r:Seq></DC:subject>", with: "</r:Set></DC:subject>"),
        digiKam.replacing("stDim:w='2000'", with: "stDim:w='1500'"),
        digiKam.replacing("<?xpacket begin", with: "<?xml version='1.0' encoding='ISO-8859-1'?><?xpacket begin"),
    ])
    func `what is no XMP, or of another picture, is refused`(text: String) {
        let asuka = PictureTags.Face(character: "Asuka", box: PixelBox(5, 5, 50, 50))
        #expect(throws: SidecarError.self) {
            try SidecarFormat.xmp.merged(Self.tags([asuka]), into: Data(text.utf8))
        }
    }

    @Test func `bytes that are no UTF-8 are refused`() {
        #expect(throws: SidecarError.self) {
            try SidecarFormat.xmp.merged(Self.tags([]), into: Data([0x3C, 0x61, 0xFF, 0x2F, 0x3E]))
        }
    }
}
