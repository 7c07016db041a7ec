import API
import Options

/// One command of `aniwho`. One file a command, in `Commands/`, and a line in the table.
protocol Command: Sendable {
    static var declaration: Declaration { get }

    /// - Throws: any of the errors that ``Failure`` knows.
    static func run(_ arguments: Arguments, _ console: Console) async throws
}

/// Every command, sorted by name.
let commandTable: [any (Command & SendableMetatype).Type] = [
    Audit.self,
    Average.self,
    Backup.self,
    BenchClassify.self,
    BenchEpisode.self,
    BenchInference.self,
    BenchLimits.self,
    BenchLoad.self,
    BenchPictures.self,
    BenchSearch.self,
    BenchStart.self,
    BenchStep.self,
    Calibrate.self,
    CharactersList.self,
    CharactersMerge.self,
    CharactersRemove.self,
    CharactersRename.self,
    CharactersShow.self,
    ClassifiersImport.self,
    ClassifiersList.self,
    ClassifiersRemove.self,
    ClassifiersShow.self,
    Classify.self,
    Compare.self,
    Completion.self,
    Doctor.self,
    Embed.self,
    Enroll.self,
    Evaluate.self,
    Explain.self,
    HeadsCompare.self,
    HeadsList.self,
    HeadsUse.self,
    ImagesMove.self,
    ImagesRemove.self,
    JobsCancel.self,
    JobsList.self,
    JobsShow.self,
    JobsStart.self,
    JobsWatch.self,
    Manual.self,
    MetaTrain.self,
    ModelsDescribe.self,
    ModelsImport.self,
    ModelsList.self,
    ModelsRollback.self,
    ModelsShow.self,
    ModelsUse.self,
    Pretrain.self,
    FitReadout.self,
    Rebuild.self,
    Reject.self,
    RejectionsList.self,
    RejectionsRemove.self,
    Restore.self,
    Similar.self,
    Status.self,
    Train.self,
    TransferTrain.self,
    VerifyBackup.self,
]
