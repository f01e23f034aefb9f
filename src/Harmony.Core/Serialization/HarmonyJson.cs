using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CommunityToolkit.HighPerformance.Buffers;
using Harmony.Core.Json;

namespace Harmony.Core.Serialization;

/// <summary>
/// The model's JSON as whole texts, in the reference's form. Reads what the reference reads and refuses what
/// it refuses, without reflection. Features that the reference lacks (response formats, schema styles,
/// sampled ids) are members of their own, omitted when unused.
/// </summary>
internal static class HarmonyJson
{
    private static JsonWriterOptions WriterOptions { get; } = new()
    {
        // The JSON is for models and programs, not for the insides of HTML pages.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = 2 * JsonText.MaxDepth,
        SkipValidation = true,
    };

    /// <summary>Reads a value that is the whole text.</summary>
    /// <exception cref="HarmonyJsonException">The text is malformed, or describes no such value.</exception>
    public static T Parse<T>(string json, HarmonyJsonOptions? options, ModelReader.ReadValue<T> read)
    {
        ArgumentNullException.ThrowIfNull(json);
        using SpanOwner<byte> utf8 = SpanOwner<byte>.Allocate(Encoding.UTF8.GetMaxByteCount(json.Length));
        int length = JsonText.GetUtf8(json, utf8.Span);
        return Parse(utf8.Span[..length], options, read);
    }

    /// <summary>Reads a value that is the whole text.</summary>
    /// <exception cref="HarmonyJsonException">The text is malformed, or describes no such value.</exception>
    public static T Parse<T>(ReadOnlySpan<byte> utf8Json, HarmonyJsonOptions? options, ModelReader.ReadValue<T> read)
    {
        var reader = new ModelReader(utf8Json, options ?? HarmonyJsonOptions.Default);
        return reader.ReadWhole(read);
    }

    /// <summary>Writes a value.</summary>
    /// <exception cref="HarmonyJsonException">A text has a lone surrogate, which JSON cannot hold.</exception>
    public static void Write<T>(
        Utf8JsonWriter writer, T value, HarmonyJsonOptions? options, ModelWriter.WriteValue<T> write)
    {
        ArgumentNullException.ThrowIfNull(writer);
        write(new ModelWriter(writer, options ?? HarmonyJsonOptions.Default), value);
    }

    /// <summary>Writes a value as a text of its own.</summary>
    /// <exception cref="HarmonyJsonException">A text has a lone surrogate, which JSON cannot hold.</exception>
    public static string ToJson<T>(T value, HarmonyJsonOptions? options, ModelWriter.WriteValue<T> write)
    {
        using var utf8 = new ArrayPoolBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(utf8, WriterOptions))
        {
            Write(writer, value, options, write);
        }

        return Encoding.UTF8.GetString(utf8.WrittenSpan);
    }
}
