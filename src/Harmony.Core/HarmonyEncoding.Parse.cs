namespace Harmony.Core;

public sealed partial class HarmonyEncoding
{
    /// <summary>Reads a whole completion.</summary>
    /// <param name="ids">The completion's ids, its stop token included or not.</param>
    /// <param name="role">The role whose turn the prompt began; null if the ids begin with a start
    /// marker.</param>
    /// <param name="options">How to parse; null for <see cref="ParseOptions.Strict"/>.</param>
    /// <returns>The messages, oldest first.</returns>
    /// <exception cref="HarmonyParseException">The ids are not what the format allows.</exception>
    public ValueList<Message> ParseMessages(
        ReadOnlySpan<int> ids, Role? role = null, ParseOptions? options = null)
    {
        var parser = new StreamableParser(this, role, options);
        parser.Process(ids);
        parser.ProcessEnd();
        return parser.TakeMessages();
    }
}
