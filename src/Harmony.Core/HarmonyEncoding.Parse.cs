namespace Harmony.Core;

public sealed partial class HarmonyEncoding
{
    /// <summary>Reads a whole completion as the reference does.</summary>
    /// <param name="ids">The completion's ids, with or without its stop token.</param>
    /// <param name="role">The role that the prompt ended with; null if the ids begin with a start
    /// marker.</param>
    /// <param name="strict">Whether a stop token inside a header is part of the header. If not, it ends the
    /// message, whose text is kept if it is the first of the completion and <paramref name="role"/> is
    /// given.</param>
    /// <returns>The messages, oldest first.</returns>
    /// <exception cref="HarmonyParseException">The format does not allow the ids.</exception>
    public ValueList<Message> ParseMessages(ReadOnlySpan<int> ids, Role? role = null, bool strict = true)
    {
        var parser = new StreamableParser(this, role, strict);
        parser.Process(ids);
        parser.ProcessEnd();
        return parser.TakeMessages();
    }
}
