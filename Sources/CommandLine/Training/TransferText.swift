import Training

/// The numbers of a finished transfer training, for people.
enum TransferText {
    static func text(_ summary: TransferSummary) -> String {
        var table = TextTable(
            ("", .left), ("pictures", .right), ("loss", .right), ("top-1", .right), ("top-5", .right))
        for (name, score) in [
            ("training", summary.training), ("validation", summary.validation), ("test", summary.test),
        ] {
            table.add(
                name, String(score.images), Show.decimal(score.loss), Show.estimate(score.top1),
                Show.estimate(score.top5))
        }
        let early = summary.stoppedEarly ? "stopped early, " : ""
        let inference = summary.inference
        return """
            \(table.text)
            fine-tuning \(summary.fineTune), \(early)\(Show.count(summary.epochs, "epoch")); \
            \(summary.parameters) parameters, \(summary.trainableParameters) of them trained
            inference: \(Show.decimal(inference.batch1, 2)) ms for one picture, \(Show.decimal(inference.batch32, 1)) ms for 32, \
            on \(Show.count(inference.threads, "thread"))
            """
    }
}
