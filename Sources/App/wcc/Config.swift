import ArgumentParser
import Foundation
import Settings
import WriteCareConnect

/// `wcc config`: what is configured, and whether it will do.
struct Config: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Looks at the configuration.", subcommands: [Check.self, Show.self])

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Says everything that is wrong with the configuration.",
            discussion: "Ends with exit code \(SettingsProblems.exitCode) if anything is.")

        func run() throws {
            do {
                _ = try ApplicationSettings.load()
                print("The configuration is complete.")
            } catch {
                try error.report()
            }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows what is in force and where it comes from, without secrets.")

        func run() throws {
            let reader = SettingsReader(.ofThisProcess())
            _ = ApplicationSettings(reader)
            print(SettingsDocument(reader).table, terminator: "")
            do {
                try reader.finish()
            } catch {
                try error.report()
            }
        }
    }
}

extension SettingsProblems {
    /// Prints the problems where errors go, and ends the command.
    func report() throws -> Never {
        FileHandle.standardError.write(Data("\(self)\n".utf8))
        throw ExitCode(Self.exitCode)
    }
}
