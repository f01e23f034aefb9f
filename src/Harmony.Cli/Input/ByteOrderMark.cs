namespace Harmony.Cli.Input;

/// <summary>The mark that some editors put before a text. In JSON and lists of ids it says
/// nothing; in texts to encode it is text like any other.</summary>
internal static class ByteOrderMark
{
    private static ReadOnlySpan<byte> Mark => "\uFEFF"u8;

    /// <summary>The text after the mark, if there is one.</summary>
    public static ReadOnlySpan<byte> Skip(ReadOnlySpan<byte> utf8) =>
        utf8.StartsWith(Mark) ? utf8[Mark.Length..] : utf8;

    /// <inheritdoc cref="Skip(ReadOnlySpan{byte})"/>
    public static ReadOnlyMemory<byte> Skip(ReadOnlyMemory<byte> utf8) =>
        utf8.Span.StartsWith(Mark) ? utf8[Mark.Length..] : utf8;
}
