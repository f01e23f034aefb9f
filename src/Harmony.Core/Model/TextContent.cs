using System.Text.Json.Serialization;

namespace Harmony.Core;

/// <summary>Plain text. Always encoded as ordinary text: what spells a special token here is not
/// one.</summary>
[JsonConverter(typeof(HarmonyJsonConverter))]
public sealed record TextContent : Content
{
    /// <summary>A content of this text.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    public TextContent(string text)
    {
        Text = Defined.NotNull(text);
    }

    /// <summary>The text.</summary>
    public string Text { get; init => field = Defined.NotNull(value); }
}
