using System.Text;

namespace Harmony.Core;

public sealed partial class StreamableParser
{
    // Strings made on demand; null when out of date.
    private string? _contentText;
    private string? _deltaText;

    /// <summary>What the parser waits for.</summary>
    public ParserState State => _machine.State;

    /// <summary>The role of the message at hand: in content the header's; before it the role given at
    /// creation, as long as no message has used it; else null.</summary>
    public Role? CurrentRole => State == ParserState.Content ? _header.Author.Role : _givenRole;

    /// <summary>The author's name of the message whose content is being read; else null.</summary>
    public string? CurrentAuthorName => State == ParserState.Content ? _header.Author.Name : null;

    /// <summary>The recipient of the message whose content is being read; else null.</summary>
    public string? CurrentRecipient => State == ParserState.Content ? _header.Recipient : null;

    /// <summary>The channel of the message whose content is being read; else null.</summary>
    public string? CurrentChannel => State == ParserState.Content ? _header.Channel : null;

    /// <summary>The content type of the message whose content is being read; else null.</summary>
    public string? CurrentContentType => State == ParserState.Content ? _header.ContentType : null;

    /// <summary>The text so far of the message whose content is being read; else empty. Builds a string, once
    /// after each change: to follow a stream use the delta, or <see cref="CurrentContentUtf8"/>.</summary>
    public string CurrentContent => _contentText ??= Encoding.UTF8.GetString(_content.Utf8);

    /// <summary>The text so far in UTF-8, as a view that is valid until the next id. Costs nothing.</summary>
    public ReadOnlySpan<byte> CurrentContentUtf8 => _content.Utf8;

    /// <summary>The text that the last id completed; null for none, also when that id ended the message: what
    /// was still incomplete then goes into the message but into no delta.</summary>
    public string? LastContentDelta =>
        _content.DeltaUtf8.IsEmpty ? null : _deltaText ??= Encoding.UTF8.GetString(_content.DeltaUtf8);

    /// <summary>The text that the last id completed in UTF-8, as a view that is valid until the next id;
    /// empty for none. Costs nothing.</summary>
    public ReadOnlySpan<byte> LastContentDeltaUtf8 => _content.DeltaUtf8;

    /// <summary>The complete messages, oldest first. The list grows with the parser.</summary>
    public IReadOnlyList<Message> Messages => _messages;

    /// <summary>All ids taken so far, those at fault included; valid until the next id.</summary>
    public ReadOnlySpan<int> Ids => _ids.Items;

    /// <summary>How many ids were taken so far.</summary>
    public int IdCount => _ids.Count;

    internal ValueList<Message> TakeMessages() => ValueList.Own(_messages.ToArray());
}
