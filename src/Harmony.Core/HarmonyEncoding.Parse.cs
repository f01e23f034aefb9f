namespace Harmony.Core;

public sealed partial class HarmonyEncoding
{
    /// <summary>Parses a whole completion as the reference does, and refuses what it refuses.
    /// <see cref="HarmonyParser"/> reads completions of any kind, id by id.</summary>
    /// <param name="ids">The completion's ids, with or without the stop token.</param>
    /// <param name="role">The role whose turn the prompt began; null if the ids begin with a start
    /// marker.</param>
    /// <param name="strict">Whether a stop token inside a header is part of the header. If not, it ends the
    /// message, whose text is kept if it is the first of the completion and <paramref name="role"/> is
    /// given.</param>
    /// <returns>The messages, oldest first.</returns>
    /// <exception cref="HarmonyParseException">The ids are not what the format allows.</exception>
    /// <example><code>
    /// foreach (Message message in HarmonyEncoding.OpenAI.ParseMessages(completion, Role.Assistant))
    /// {
    ///     Console.WriteLine($"{message.Channel}: {message.Text}");
    /// }
    /// </code></example>
    public ValueList<Message> ParseMessages(ReadOnlySpan<int> ids, Role? role = null, bool strict = true)
    {
        var parser = new StreamableParser(this, role, strict);
        parser.Process(ids);
        parser.ProcessEnd();
        return parser.TakeMessages();
    }
}
