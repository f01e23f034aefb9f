using Harmony.Core;

namespace Harmony.Engines.Turns;

/// <summary>Tells how much memory a held conversation takes, roughly.</summary>
internal static class SessionSize
{
    /// <summary>What a prompt's id takes: it is held twice, by message and in the prompt.</summary>
    public const int BytesOfId = 2 * sizeof(int);

    private const int BytesOfMessage = 200;

    // What a text takes besides its characters.
    private const int BytesOfText = 60;

    /// <summary>What a conversation takes besides the ids of its prompt. A prompt may be far shorter than
    /// its messages: old reasoning is left out, and a long run of spaces is few ids.</summary>
    public static long BesidesIds(string sessionId, ConversationRenderer renderer)
    {
        long bytes = Of(sessionId);
        for (int i = 0; i < renderer.Count; i++)
        {
            Message message = renderer[i];
            bytes += BytesOfMessage + (sizeof(int) * (long)message.SampledIds.Length)
                + Of(message.Author.Name) + Of(message.Recipient) + Of(message.Channel) + Of(message.ContentType)
                + message.Contents.Sum(Of);
        }

        return bytes;
    }

    private static long Of(Content content) => content switch
    {
        TextContent text => Of(text.Text),
        DeveloperContent developer => Of(developer.Instructions) + Of(developer.Tools)
            + developer.ResponseFormats.Sum(static form =>
                Of(form.Name) + Of(form.Description) + Of(form.Schema)),
        SystemContent system => Of(system.ModelIdentity) + Of(system.KnowledgeCutoff)
            + Of(system.ConversationStartDate) + Of(system.Tools),
        _ => 0,
    };

    private static long Of(ToolNamespaceCollection? tools) => (tools ?? []).Sum(static one =>
        Of(one.Description) + one.Tools.Sum(static tool =>
            Of(tool.Name) + Of(tool.Description) + Of(tool.Parameters)));

    // A schema is held as it was written and in one form for all, and may be held as it is printed.
    private static long Of(JsonSchema? schema) => schema is null ? 0 : 3L * schema.RawUtf8.Length;

    private static long Of(string? text) =>
        text is null ? 0 : BytesOfText + (sizeof(char) * (long)text.Length);
}
