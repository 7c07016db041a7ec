import Options

/// What a group of commands is about. The API, the daemon and the registry use the same words.
struct Subject: Sendable {
    /// As `aniwho help NAME` takes it.
    let name: String
    /// A phrase for the list of subjects.
    let summary: String
    /// In the order of the help.
    let commands: [any (Command & SendableMetatype).Type]
}

/// Every command, by subject.
let subjects: [Subject] = [
    Subject(
        name: "characters", summary: "who is enrolled",
        commands: [
            CharactersList.self, CharactersShow.self, CharactersRename.self, CharactersNote.self, CharactersSeries.self,
            CharactersMerge.self, CharactersSplit.self, CharactersRemove.self, Rebuild.self,
        ]),
    Subject(
        name: "aliases", summary: "other names of characters",
        commands: [AliasesList.self, AliasesAdd.self, AliasesRemove.self]),
    Subject(
        name: "images", summary: "the enrolled pictures",
        commands: [
            Enroll.self, ImagesShow.self, ImagesCrop.self, ImagesBox.self, ImagesMove.self, ImagesRemove.self,
        ]),
    Subject(
        name: "answers", summary: "who is in a picture",
        commands: [Classify.self, Explain.self, Verify.self, Similar.self, Watch.self]),
    Subject(
        name: "detection", summary: "faces in whole pictures", commands: [Detect.self, EvaluateDetector.self]),
    Subject(
        name: "detectors", summary: "the networks that find faces",
        commands: [
            DetectorsList.self, DetectorsImport.self, DetectorsUse.self, DetectorsRollback.self, DetectorsRemove.self,
        ]),
    Subject(
        name: "rejections", summary: "which character a picture does not show",
        commands: [Reject.self, RejectionsList.self, RejectionsRemove.self]),
    Subject(
        name: "inbox", summary: "unknown pictures that wait for a name",
        commands: [
            InboxList.self, InboxShow.self, InboxName.self, InboxDiscard.self, InboxIgnore.self, InboxIgnored.self,
        ]),
    Subject(
        name: "trash", summary: "what was removed, and the way back",
        commands: [Undo.self, TrashList.self, TrashRestore.self, TrashEmpty.self]),
    Subject(name: "tags", summary: "words on characters", commands: [TagsList.self, TagsAdd.self, TagsRemove.self]),
    Subject(
        name: "models", summary: "the networks that make embeddings",
        commands: [
            ModelsList.self, ModelsShow.self, ModelsImport.self, ModelsUse.self, ModelsRollback.self,
            ModelsRemove.self, ModelsDescribe.self,
        ]),
    Subject(
        name: "heads", summary: "the ways to answer from embeddings",
        commands: [HeadsList.self, HeadsCompare.self, HeadsUse.self]),
    Subject(
        name: "classifiers", summary: "networks trained on a fixed cast",
        commands: [ClassifiersList.self, ClassifiersShow.self, ClassifiersImport.self, ClassifiersRemove.self]),
    Subject(
        name: "calibration", summary: "probabilities, and when a picture is unknown", commands: [Calibrate.self]),
    Subject(name: "review", summary: "how good the enrolled pictures are", commands: [Doctor.self]),
    Subject(
        name: "jobs", summary: "trainings, comparisons and model changes that the daemon runs",
        commands: [
            JobsStart.self, Train.self, JobsList.self, JobsShow.self, JobsWatch.self, JobsReport.self, JobsCancel.self,
            JobsPrune.self,
        ]),
    Subject(
        name: "backups", summary: "copies of the whole registry",
        commands: [BackupCreate.self, BackupVerify.self, BackupRestore.self, RegistryCopy.self, Check.self]),
    Subject(
        name: "bundles", summary: "characters for another registry, or as plain folders",
        commands: [BundleExport.self, BundleImport.self, Export.self]),
    Subject(
        name: "packs", summary: "characters known by vectors, without pictures",
        commands: [PacksList.self, PacksRemove.self]),
    Subject(
        name: "tokens", summary: "access over TCP", commands: [TokensList.self, TokensCreate.self, TokensRevoke.self]),
    Subject(
        name: "sessions", summary: "the page in the browser",
        commands: [Web.self, SessionsList.self, SessionsRevoke.self]),
    Subject(
        name: "webhooks", summary: "addresses that the daemon calls when something happens",
        commands: [WebhooksList.self, WebhooksAdd.self, WebhooksRemove.self, WebhooksTest.self]),
    Subject(name: "audit", summary: "who changed what", commands: [Audit.self]),
    Subject(name: "status", summary: "the daemon that runs", commands: [Status.self]),
    Subject(
        name: "training", summary: "train networks in this process, without a daemon",
        commands: [
            MetaTrain.self, Pretrain.self, TransferTrain.self, TrainDetector.self, Compare.self, Average.self,
            FitReadout.self,
        ]),
    Subject(
        name: "evaluation", summary: "measure accuracy, and compute embeddings",
        commands: [Evaluate.self, Embed.self]),
    Subject(
        name: "benchmarks", summary: "measure speed",
        commands: [
            BenchClassify.self, BenchLoad.self, BenchStart.self, BenchSearch.self, BenchPictures.self,
            BenchInference.self, BenchDetect.self, BenchStep.self, BenchEpisode.self, BenchLimits.self,
        ]),
    Subject(
        name: "help", summary: "help, manual pages and completions",
        commands: [Help.self, Manual.self, Completion.self]),
]

/// What most people use on most days: the first group of `aniwho --help`.
let everydayCommands: [any (Command & SendableMetatype).Type] = [
    Enroll.self, Classify.self, Explain.self, Verify.self, Similar.self, Watch.self, Web.self, Doctor.self,
    Status.self,
]

/// Every command, sorted by name.
let commandTable = subjects.flatMap(\.commands).sorted { $0.declaration.name < $1.declaration.name }
