import Drawing
import Foundation

let arguments = Array(CommandLine.arguments.dropFirst())
if arguments.contains("--help") || arguments.contains("-h") {
    print(SampleOptions.usage)
    exit(0)
}
do {
    let options = try SampleOptions(arguments: arguments)
    try await SampleSet(options).write()
    let what = options.scenes > 0 ? "\(options.scenes) scenes" : "\(options.characters) characters"
    print("\(what) drawn into \(options.output)")
} catch let error as SampleError {
    FileHandle.standardError.write(Data("SampleGenerator: \(error.message)\n".utf8))
    if error.code == .usage { FileHandle.standardError.write(Data("\(SampleOptions.usage)\n".utf8)) }
    exit(error.code == .usage ? 64 : 1)
}
