import CDocuments

/// Prompts of the sample applications; the files in `fixtures/prompts`, embedded.
public enum SamplePrompts {
    /// What the chat application asks.
    public static let chat = lines(of: localnet_chat_prompts())
    /// What the sovereign application asks.
    public static let questions = lines(of: localnet_question_prompts())
    /// What the batch application wants summarized.
    public static let texts = lines(of: localnet_text_prompts())

    private static func lines(of document: localnet_document) -> [String] {
        let text = String(decoding: UnsafeBufferPointer(start: document.bytes, count: document.count), as: UTF8.self)
        return text.split(separator: "\n").map(String.init)
    }
}
