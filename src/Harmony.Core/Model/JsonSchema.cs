using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Harmony.Core.Json;
using Harmony.Core.Schemas;

namespace Harmony.Core;

/// <summary>
/// A JSON Schema, or any other JSON value, that describes a tool's parameters. Immutable and thread-safe. It
/// keeps its text as it was spelled. Two schemas are equal if they have the same members in the same order
/// and the same values, however numbers, strings and white space are spelled.
/// </summary>
[JsonConverter(typeof(HarmonyJsonConverter))]
public sealed class JsonSchema : IEquatable<JsonSchema>
{
    private readonly byte[] _spelled;
    private readonly byte[] _canonical;
    private PrintedType? _type;
    private PrintedType? _extendedType;

    private JsonSchema(byte[] spelled, byte[] canonical)
    {
        _canonical = canonical;
        _spelled = spelled;
    }

    /// <summary>Gets the JSON text as it was spelled, in UTF-8. A view; does not allocate.</summary>
    public ReadOnlySpan<byte> RawUtf8 => _spelled;

    /// <summary>Gets the JSON text in the form that is written to JSON and into defaults: no white space,
    /// numbers in the reference's spelling, and of repeated members the last one, in the place of the
    /// first.</summary>
    internal ReadOnlySpan<byte> CanonicalUtf8 => _canonical;

    /// <summary>Reads a schema.</summary>
    /// <exception cref="HarmonyJsonException">The text is no JSON, nests deeper than 256 levels, or holds a
    /// number beyond the range of a double.</exception>
    public static JsonSchema Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        byte[] utf8 = new byte[Encoding.UTF8.GetByteCount(json)];
        JsonText.GetUtf8(json, utf8);
        return Parse(utf8);
    }

    /// <summary>Reads a schema from UTF-8; the bytes are copied.</summary>
    /// <exception cref="HarmonyJsonException">As for the other overload.</exception>
    public static JsonSchema Parse(ReadOnlySpan<byte> utf8Json)
    {
        byte[] canonical = JsonCanonicalizer.Canonicalize(utf8Json);
        return new JsonSchema(utf8Json.SequenceEqual(canonical) ? canonical : utf8Json.ToArray(), canonical);
    }

    /// <summary>Creates a schema from an element of System.Text.Json, with its spelling.</summary>
    /// <exception cref="HarmonyJsonException">As for <see cref="Parse(string)"/>.</exception>
    public static JsonSchema FromElement(JsonElement element) => Parse(JsonMarshal.GetRawUtf8Value(element));

    /// <summary>Compares members, their order, and values; ignores spelling.</summary>
    public bool Equals(JsonSchema? other) =>
        other is not null && _canonical.AsSpan().SequenceEqual(other._canonical);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as JsonSchema);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(_canonical);
        return hash.ToHashCode();
    }

    /// <summary>Returns the JSON text as it was spelled.</summary>
    public override string ToString() => Encoding.UTF8.GetString(_spelled);

    /// <summary>Gets the schema as the type that prompts show. It is printed once and kept.</summary>
    /// <returns>Null if printing needs more than <paramref name="maxLength"/> bytes.</returns>
    internal PrintedType? TryGetType(SchemaStyle style, int maxLength = int.MaxValue)
    {
        // Two threads may print at once; both get the same bytes, and either result can stay.
        ref PrintedType? printed = ref style == SchemaStyle.Extended ? ref _extendedType : ref _type;
        PrintedType? type = printed ??= PrintedType.TryPrint(_canonical, style, maxLength);
        return type?.PeakLength <= maxLength ? type : null;
    }
}
