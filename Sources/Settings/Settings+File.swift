public import Config
import Foundation

extension Settings {
    /// The name under which the file is looked for in the current directory.
    public static let defaultFile = "localnet.toml"

    /// The built-in settings as a TOML text changes them.
    ///
    /// An empty text is valid. A list of the file replaces the built-in list as a whole.
    ///
    /// - Parameter file: The name for error messages.
    /// - Throws: The topmost unknown key or value of a wrong kind, otherwise the first part that does not fit.
    public init(toml text: String, file: String = defaultFile) throws(ConfigurationError) {
        self.init()
        let document = try ConfigDocument(file: file, text: text)
        try document.root.read(into: &self, Settings.fields)
        network.addUpstreamKeys()
        try NetworkReview(network: network, document: document).review()
    }

    /// The settings of a file; the built-in ones when no file is named and none is in the current directory.
    ///
    /// - Throws: Also when a named file does not exist or is not UTF-8.
    public init(file: String?) throws(ConfigurationError) {
        let path = file ?? Settings.defaultFile
        guard file != nil || FileManager.default.fileExists(atPath: path) else {
            self.init()
            return
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ConfigurationError(source: path, position: nil, expected: "a file", found: "none that can be read")
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw ConfigurationError(source: path, position: nil, expected: "UTF-8 text", found: "other bytes")
        }
        try self.init(toml: text, file: path)
    }
}
