using System.Text;
using Harmony.Core.Parsing;

namespace Harmony.Core;

/// <summary>What has been read so far.</summary>
public sealed partial class StreamableParser
{
    // Built when they are first needed; null when they are out of date.
    private string? _contentText;
    private string? _deltaText;

    /// <summary>What the parser expects next.</summary>
    public ParserState State => _machine.State;

    /// <summary>In content, the role of the message's author. Before the first header is complete, the role
    /// that the parser was created with. Otherwise null.</summary>
    public Role? CurrentRole => State == ParserState.Content ? _header.Author.Role : _givenRole;

    /// <summary>In content, the message's recipient; otherwise null.</summary>
    public string? CurrentRecipient => State == ParserState.Content ? _header.Recipient : null;

    /// <summary>In content, the message's channel; otherwise null.</summary>
    public string? CurrentChannel => State == ParserState.Content ? _header.Channel : null;

    /// <summary>In content, the message's content type; otherwise null.</summary>
    public string? CurrentContentType => State == ParserState.Content ? _header.ContentType : null;

    /// <summary>In content, the message's text so far; otherwise empty. Allocates a string once after each
    /// id; to follow a stream, use <see cref="LastContentDelta"/> or
    /// <see cref="CurrentContentUtf8"/>.</summary>
    public string CurrentContent => _contentText ??= Encoding.UTF8.GetString(_content.Utf8);

    /// <summary>The bytes of <see cref="CurrentContent"/>: a view that is valid until the next id. Does not
    /// allocate.</summary>
    public ReadOnlySpan<byte> CurrentContentUtf8 => _content.Utf8;

    /// <summary>The text that the last id completed; null for none. An id that ends a message completes none,
    /// although bytes that were waiting then become part of the message. The strings of common tokens are
    /// kept, for all parsers together; others are allocated, once after each id.</summary>
    public string? LastContentDelta => _content.IsDeltaToken
        ? TokenTexts.Find(_ids[_ids.Count - 1]) ?? TokenTexts.Add(_ids[_ids.Count - 1], _content.DeltaUtf8)
        : _content.DeltaUtf8.IsEmpty ? null : _deltaText ??= Encoding.UTF8.GetString(_content.DeltaUtf8);

    /// <summary>The complete messages, oldest first. The list grows with the parser.</summary>
    public IReadOnlyList<Message> Messages => _messages;

    /// <summary>All ids that were taken, including those that caused an error: a view that is valid until the
    /// next id.</summary>
    public ReadOnlySpan<int> Ids => _ids.Items;

    internal ValueList<Message> TakeMessages() => ValueList.Own(_messages.ToArray());
}
