using System.Buffers;
using CommunityToolkit.HighPerformance.Buffers;
using Harmony.Bpe;
using Harmony.Core.Text;

namespace Harmony.Core.Rendering;

/// <summary>
/// Writes messages as ids. Special ids are written as ids; every text goes through the tokenizer as ordinary
/// text, so that nothing in a message can become one of them.
/// </summary>
internal ref struct MessageRenderer
{
    private readonly HarmonyEncoding _encoding;
    private readonly FixedPieces _pieces;
    private readonly IBufferWriter<int> _writer;
    private readonly Utf8TextBuilder _text;

    public MessageRenderer(HarmonyEncoding encoding, IBufferWriter<int> writer, RenderScratch scratch)
    {
        _encoding = encoding;
        _pieces = FixedPieces.Shared;
        _writer = writer;
        _text = scratch.Text;
    }

    /// <summary>Ids written so far.</summary>
    public int Written { get; private set; }

    /// <summary>Writes a message that <see cref="MessageValidator"/> let through.</summary>
    /// <param name="message">The message.</param>
    /// <param name="hasFunctionTools">Whether its conversation offers functions.</param>
    /// <param name="useSampledIds">Whether the ids that it was sampled as are written, if it has any.</param>
    /// <param name="ending">How it is to end.</param>
    public void Render(
        Message message,
        bool hasFunctionTools,
        bool useSampledIds = true,
        MessageEnding ending = MessageEnding.Usual)
    {
        if (useSampledIds && !message.SampledIds.IsEmpty)
        {
            WriteSampled(message, ending);
            return;
        }

        WriteAuthor(message.Author);
        bool channelFirst = _encoding.Dialect == HarmonyDialect.OssHarmony
            && message.Channel == Channels.Commentary;
        if (channelFirst)
        {
            WriteChannel(message.Channel);
        }

        if (message.Recipient is not null && message.Recipient != Recipients.All)
        {
            WriteJoined(" to="u8, message.Recipient);
        }

        if (!channelFirst)
        {
            WriteChannel(message.Channel);
        }

        WriteContentType(message.ContentType);
        WriteId(FormatTokens.Message);
        foreach (Content content in message.Contents)
        {
            WriteContent(content, hasFunctionTools);
        }

        WriteEnd(UsualEnd(message), ending);
    }

    /// <summary>Begins the header of the next turn.</summary>
    public void RenderStart(Role role) => WriteIds(_pieces.StartOf(role));

    private static int UsualEnd(Message message) =>
        message.Role == Role.Assistant && message.Recipient is not null
            ? FormatTokens.Call
            : FormatTokens.End;

    /// <summary>Writes the ids that the model sampled, after what the prompt had written of the header. Only
    /// the end may be another: a history has no return marker, and a message that was cut off gets an
    /// end.</summary>
    private void WriteSampled(Message message, MessageEnding ending)
    {
        if (message.IsStartInPrompt)
        {
            WriteIds(_pieces.StartOf(message.Role));
        }

        ReadOnlySpan<int> ids = message.SampledIds.Span;
        int end = UsualEnd(message);
        if (FormatTokens.IsStop(ids[^1]))
        {
            end = ids[^1] == FormatTokens.Return ? end : ids[^1];
            ids = ids[..^1];
        }

        WriteIds(ids);
        WriteEnd(end, ending);
    }

    private void WriteEnd(int usual, MessageEnding ending)
    {
        if (ending != MessageEnding.Open)
        {
            WriteId(ending == MessageEnding.Return ? FormatTokens.Return : usual);
        }
    }

    private void WriteAuthor(Author author)
    {
        if (author.Role == Role.Tool)
        {
            WriteId(FormatTokens.Start);
            WriteText(author.Name);
            return;
        }

        WriteIds(_pieces.StartOf(author.Role));
        if (author.Name is not null)
        {
            WriteJoined(":"u8, author.Name);
        }
    }

    private void WriteChannel(string? channel)
    {
        if (channel is null)
        {
            return;
        }

        ReadOnlySpan<int> ids = _pieces.FindChannel(channel);
        if (!ids.IsEmpty)
        {
            WriteIds(ids);
            return;
        }

        WriteId(FormatTokens.Channel);
        WriteText(channel);
    }

    private void WriteContentType(string? contentType)
    {
        if (contentType is null)
        {
            return;
        }

        ReadOnlySpan<int> ids = _pieces.FindContentType(contentType);
        if (!ids.IsEmpty)
        {
            WriteIds(ids);
        }
        else if (contentType.StartsWith(FormatTokens.ConstrainText, StringComparison.Ordinal))
        {
            WriteIds(_pieces.ConstrainMarker);
            WriteText(contentType.AsSpan(FormatTokens.ConstrainText.Length));
        }
        else if (_encoding.Dialect == HarmonyDialect.OssHarmony)
        {
            WriteIds(_pieces.ConstrainMarker);
            WriteText(contentType);
        }
        else
        {
            WriteJoined(" "u8, contentType);
        }
    }

    private void WriteContent(Content content, bool hasFunctionTools)
    {
        if (content is TextContent plain)
        {
            WriteText(plain.Text);
            return;
        }

        if (content is SystemContent system)
        {
            WriteSystem(system, hasFunctionTools);
        }
        else
        {
            WriteDeveloper((DeveloperContent)content);
        }
    }

    private void WriteSystem(SystemContent content, bool hasFunctionTools)
    {
        SectionCache<SystemContent> cache = RenderedSections.Shared.Systems(hasFunctionTools);
        int hash = content.GetHashCode();
        if (cache.TryFind(content, hash, out int[]? ids))
        {
            WriteIds(ids);
            return;
        }

        _text.Clear();
        SystemText.Write(content, hasFunctionTools, _text);
        if (cache.Admits(hash, _text.Length + (content.Tools?.Weight ?? 0)))
        {
            cache.Add(content, hash, WriteAndCopyBuiltText());
        }
        else
        {
            WriteBuiltText();
        }
    }

    private void WriteDeveloper(DeveloperContent content)
    {
        ToolNamespaceCollection? tools = content.Tools is { Count: > 0 } some ? some : null;
        bool hasFormats = !content.ResponseFormats.IsEmpty;

        // No token spans a line feed and what follows it, unless that is white space or a slash: sections
        // that begin with a number sign have the same ids after any text that ends with a blank line.
        if (content.Instructions is not null)
        {
            _text.Clear();
            _text.Append("# Instructions\n\n"u8);
            _text.Append(content.Instructions);
            _text.Append(tools is null && !hasFormats ? ""u8 : "\n\n"u8);
            WriteBuiltText();
        }

        if (tools is not null)
        {
            WriteTools(tools, isLast: !hasFormats);
        }

        if (hasFormats)
        {
            _text.Clear();
            ResponseFormatsText.Write(content.ResponseFormats, _text);
            WriteBuiltText();
        }
    }

    private void WriteTools(ToolNamespaceCollection tools, bool isLast)
    {
        SectionCache<ToolNamespaceCollection> cache = RenderedSections.Shared.Tools(isLast);
        int hash = tools.GetHashCode();
        if (cache.TryFind(tools, hash, out int[]? ids))
        {
            WriteIds(ids);
            return;
        }

        _text.Clear();
        ToolsText.Write(tools, _text);
        _text.Append(isLast ? ""u8 : "\n\n"u8);
        if (cache.Admits(hash, tools.Weight))
        {
            cache.Add(tools, hash, WriteAndCopyBuiltText());
        }
        else
        {
            WriteBuiltText();
        }
    }

    /// <summary>Writes two texts as one; where they meet, tokens may span both.</summary>
    private void WriteJoined(ReadOnlySpan<byte> prefix, string text)
    {
        _text.Clear();
        _text.Append(prefix);
        _text.Append(text);
        WriteBuiltText();
    }

    private void WriteBuiltText() =>
        Written += _encoding.Tokenizer.Encode(_text.Utf8, _writer, EncodeOptions.Ordinary);

    private int[] WriteAndCopyBuiltText()
    {
        using var ids = new ArrayPoolBufferWriter<int>();
        _encoding.Tokenizer.Encode(_text.Utf8, ids, EncodeOptions.Ordinary);
        WriteIds(ids.WrittenSpan);
        return ids.WrittenSpan.ToArray();
    }

    private void WriteText(ReadOnlySpan<char> text)
    {
        if (!text.IsEmpty)
        {
            Written += _encoding.Tokenizer.Encode(text, _writer, EncodeOptions.Ordinary);
        }
    }

    private void WriteIds(ReadOnlySpan<int> ids)
    {
        _writer.Write(ids);
        Written += ids.Length;
    }

    private void WriteId(int id)
    {
        _writer.GetSpan(1)[0] = id;
        _writer.Advance(1);
        Written++;
    }
}
