import Charts
import Foundation
import FoundationXML
import Testing
@testable import Training

@testable import Report

@Suite struct ChartTests {
    @Test func `axes mark round values and take in their range`() {
        let accuracy = Axis.linear(38.7...100, 400, 50, steps: 8)
        #expect(accuracy.ticks == [30, 40, 50, 60, 70, 80, 90, 100])
        #expect(accuracy.place(30) == 400 && accuracy.place(100) == 50 && accuracy.place(65) == 225)
        #expect(Axis.linear(0...100, 0, 1, steps: 4).ticks == [0, 25, 50, 75, 100])
        let time = Axis.logarithmic([2.3, 104.91], 0, 300)
        #expect(time.ticks == [2, 5, 10, 20, 50, 100, 200])
        #expect(abs(time.place(20) - 150) < 1e-9)
    }

    @Test func `the figure's file is XML of its own with every point`() throws {
        let file = SpeedChart(Fabricated.results()).file
        #expect(XMLParser(data: Data(file.utf8)).parse())
        for name in ["MobileNetV2, AniWho: 73.21 % (71.2–75.2), 2.31 ms", "EfficientNetB7, the paper: 85.08 %, 105 ms"]
        {
            #expect(file.contains("<title>\(name)</title>"), "\(name)")
        }
        #expect(file.contains("prefers-color-scheme: dark"))
    }

    @Test func `names keep off marks and off one another`() {
        let mark = Box(x: 100, y: 100, width: 14, height: 14)
        var labels = Labels(in: Box(x: 0, y: 0, width: 400, height: 300), around: [mark])
        let first = labels.add("one", at: 80, 107, "")
        let second = labels.add("two", at: 80, 107, "")
        #expect(first != second && first.contains("x=\"\(Figure.place(80 - 10 - 3 * 6.3))\""))
    }

    @Test(arguments: [2, 32, 64, 130]) func `a confusion matrix is XML and as wide as its classes`(count: Int) {
        let classes = (0..<count).map { "<\($0)> & a name that is much too long to be written" }
        let chart = ConfusionChart(
            classes: classes,
            counts: [
                .init(label: 0, told: 0, images: 3), .init(label: 0, told: 1, images: 2),
                .init(label: 1, told: 0, images: 5),
            ])
        #expect(XMLParser(data: Data(chart.svg.utf8)).parse())
        #expect(chart.side > Double(count) * 11 && chart.side < Double(count) * 25 + 200)
        let pairs = chart.mostConfused(5)
        #expect(pairs.map(\.images) == [5, 2] && pairs[1].of == 5 && pairs[1].told == classes[1])
    }

    @Test func `curves of one epoch and of many are drawn`() {
        let many = (1...40).map {
            TransferEpoch(
                epoch: $0, loss: 1 / Double($0), accuracy: 0.5, validationLoss: 1, validationAccuracy: 0.4,
                learningRate: 0.1, seconds: 1)
        }
        for history in [Array(many.prefix(1)), many] {
            let chart = CurveChart(history: history, bestEpoch: 1)
            for svg in [chart.loss(of: "a & b"), chart.accuracy(of: "a & b")] {
                #expect(XMLParser(data: Data(svg.utf8)).parse() && !svg.contains("nan"))
            }
        }
    }
}
