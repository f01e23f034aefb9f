namespace Harmony.Core.Serialization;

/// <summary>Checks that stored ids say what their message says.</summary>
internal static class SampledTokens
{
    public const string MemberName = "sampled_tokens";

    /// <summary>The message with these ids as its <see cref="Message.SampledIds"/>.</summary>
    /// <returns>Null if the ids say something else: if none of the parsers reads them as this message and
    /// nothing more.</returns>
    public static Message? TryAttach(Message message, ReadOnlySpan<int> ids)
    {
        if (!HasSpecialIdsInPlaceOnly(ids))
        {
            return null;
        }

        // Where the ids lack the start marker, the prompt had written it, with the role.
        Role? role = ids[0] == FormatTokens.Start ? null : message.Role;
        return Same(message, ids, ReadStrictly(HarmonyEncoding.OpenAI, ids, role))
            ?? Same(message, ids, ReadResiliently(ids, role))
            ?? Same(message, ids, ReadStrictly(HarmonyEncoding.OssHarmony, ids, role));
    }

    /// <summary>Whether reading would take a message's ids back as they are.</summary>
    public static bool CanBeKept(Message message) =>
        !message.SampledIds.IsEmpty
            && TryAttach(message, message.SampledIds.Span)?.IsStartInPrompt == message.IsStartInPrompt;

    /// <summary>Whether special ids make up one message and are no part of its text. In content a parser may
    /// take a special id for the text that spells it; a model does not.</summary>
    private static bool HasSpecialIdsInPlaceOnly(ReadOnlySpan<int> ids)
    {
        int marker = ids.IndexOf(FormatTokens.Message);
        if (marker < 0)
        {
            return false;
        }

        ReadOnlySpan<int> header = ids[..marker];
        header = header is [FormatTokens.Start, ..] ? header[1..] : header;
        return FormatTokens.IsCleanHeader(header) && FormatTokens.IsCleanContent(ids[(marker + 1)..]);
    }

    private static Message? Same(Message message, ReadOnlySpan<int> ids, ValueList<Message> read) =>
        read.Count == 1 && read[0].Equals(message) && read[0].SampledIds.Span.SequenceEqual(ids)
            ? read[0]
            : null;

    private static ValueList<Message> ReadStrictly(
        HarmonyEncoding encoding, ReadOnlySpan<int> ids, Role? role)
    {
        try
        {
            return encoding.ParseMessages(ids, role);
        }
        catch (HarmonyParseException)
        {
            return [];
        }
    }

    // Models write headers that the strict parser reads in another way.
    private static ValueList<Message> ReadResiliently(ReadOnlySpan<int> ids, Role? role)
    {
        var parser = new HarmonyParser(HarmonyEncoding.OpenAI, new HarmonyParserOptions { Role = role });
        parser.Push(ids);
        parser.Complete();
        return ValueList.FromEnumerable(parser.Messages);
    }
}
