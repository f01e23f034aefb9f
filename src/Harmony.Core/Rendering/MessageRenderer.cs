using System.Buffers;
using Harmony.Bpe;

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
        _pieces = encoding.Pieces;
        _writer = writer;
        _text = scratch.Text;
    }

    /// <summary>Ids written so far.</summary>
    public int Written { get; private set; }

    /// <summary>Writes a message that <see cref="MessageValidator"/> let through.</summary>
    /// <param name="message">The message.</param>
    /// <param name="hasFunctionTools">Whether its conversation offers functions.</param>
    /// <param name="useSampledIds">Whether the ids that it was sampled as are written, if it has any.</param>
    /// <param name="isTrainingTarget">Whether its last id is to be the return marker.</param>
    public void Render(
        Message message, bool hasFunctionTools, bool useSampledIds = true, bool isTrainingTarget = false)
    {
        bool isCall = message.Role == Role.Assistant && message.Recipient is not null;
        int end = isTrainingTarget ? FormatTokens.Return : isCall ? FormatTokens.Call : FormatTokens.End;
        if (useSampledIds && !message.SampledIds.IsEmpty)
        {
            WriteSampled(message, end, isTrainingTarget);
            return;
        }

        WriteAuthor(message.Author);
        bool channelFirst = _encoding.Dialect == HarmonyDialect.OssHarmony
            && message.Channel == Channels.Commentary;
        if (channelFirst)
        {
            WriteChannel(message.Channel);
        }

        if (message.Recipient is not null && message.Recipient != "all")
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

        WriteId(end);
    }

    /// <summary>Begins the header of the next turn.</summary>
    public void RenderStart(Role role) => WriteIds(_pieces.StartOf(role));

    /// <summary>Writes the ids that the model sampled, behind what the prompt had written of the header. Only
    /// the end may be another: a history has no return marker, and a message that was cut off gets an
    /// end.</summary>
    private void WriteSampled(Message message, int end, bool isTrainingTarget)
    {
        if (message.IsStartInPrompt)
        {
            WriteIds(_pieces.StartOf(message.Role));
        }

        ReadOnlySpan<int> ids = message.SampledIds.Span;
        if (!FormatTokens.IsStop(ids[^1]))
        {
            WriteIds(ids);
            WriteId(end);
            return;
        }

        WriteIds(ids[..^1]);
        WriteId(ids[^1] == FormatTokens.Return || isTrainingTarget ? end : ids[^1]);
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

        _text.Clear();
        if (content is SystemContent system)
        {
            SystemText.Write(system, hasFunctionTools, _text);
        }
        else
        {
            DeveloperText.Write((DeveloperContent)content, _text);
        }

        WriteBuiltText();
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
