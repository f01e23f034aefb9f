using System.Text.Json;
using Harmony.Core.Json;
using Harmony.Core.Text;

namespace Harmony.Core.Schemas;

/// <summary>A JSON Schema as the type that is written into prompts. Immutable.</summary>
internal sealed class PrintedType
{
    private readonly byte[] _utf8;
    private readonly int _emptyObjectStart;

    private PrintedType(byte[] utf8, int peakLength, int emptyObjectStart)
    {
        _utf8 = utf8;
        PeakLength = peakLength;
        _emptyObjectStart = emptyObjectStart;
    }

    /// <summary>The type as UTF-8.</summary>
    public ReadOnlySpan<byte> Utf8 => _utf8;

    /// <summary>The bytes that printing needed; at least those of <see cref="Utf8"/>.</summary>
    public int PeakLength { get; }

    /// <summary>Whether the schema allows for no arguments, so that the tool has no parameter. Only in
    /// <see cref="SchemaStyle.Extended"/>: the reference has an empty object.</summary>
    public bool TakesNothing => _emptyObjectStart >= 0;

    /// <summary>The comment lines above the type of a schema that takes nothing; empty for none.</summary>
    public ReadOnlySpan<byte> Comments => _utf8.AsSpan(0, Math.Max(_emptyObjectStart, 0));

    /// <summary>Prints a schema.</summary>
    /// <returns>Null if it needs more than <paramref name="maxLength"/> bytes.</returns>
    public static PrintedType? TryPrint(ReadOnlySpan<byte> canonicalJson, SchemaStyle style, int maxLength)
    {
        var reader = new Utf8JsonReader(canonicalJson, new JsonReaderOptions { MaxDepth = JsonText.MaxDepth });
        using JsonDocument schema = JsonDocument.ParseValue(ref reader);
        using var text = new Utf8TextBuilder { MaxLength = maxLength };
        try
        {
            if (style == SchemaStyle.Reference)
            {
                SchemaPrinter.Print(schema.RootElement, text);
                return new PrintedType(text.Utf8.ToArray(), text.PeakLength, emptyObjectStart: -1);
            }

            ExtendedSchemaPrinter.Print(schema.RootElement, text);
            int emptyObjectStart = MayRequireMore(canonicalJson) ? -1 : FindEmptyObject(text.Utf8);
            return new PrintedType(text.Utf8.ToArray(), text.PeakLength, emptyObjectStart);
        }
        catch (TextTooLongException)
        {
            return null;
        }
    }

    /// <summary>Where the type is an empty object with nothing but comments above it; −1 if it is
    /// not.</summary>
    private static int FindEmptyObject(ReadOnlySpan<byte> type)
    {
        ReadOnlySpan<byte> emptyObject = "{\n}"u8;
        int start = 0;
        while (type[start..].StartsWith("//"u8))
        {
            start += type[start..].IndexOf((byte)'\n') + 1;
        }

        return type[start..].SequenceEqual(emptyObject) ? start : -1;
    }

    /// <summary>Whether a schema may speak of properties in ways that are not printed. An empty object says
    /// nothing of them, but no parameter at all would be wrong.</summary>
    private static bool MayRequireMore(ReadOnlySpan<byte> canonicalJson) =>
        canonicalJson.IndexOf("\"required\":[\""u8) >= 0
            || canonicalJson.IndexOf("\"patternProperties\":{\""u8) >= 0
            || canonicalJson.IndexOf("\"unevaluatedProperties\":{"u8) >= 0
            || canonicalJson.IndexOf("\"unevaluatedProperties\":true"u8) >= 0
            || canonicalJson.IndexOf("\"minProperties\":"u8) >= 0;
}
