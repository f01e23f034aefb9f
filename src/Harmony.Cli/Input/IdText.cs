using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using CommunityToolkit.HighPerformance.Buffers;

namespace Harmony.Cli.Input;

/// <summary>
/// Reads ids in the forms in which they are written: numbers separated by white space or commas, JSON arrays,
/// and JSON objects with a member <c>tokens</c>, as <c>harmony encode --json</c> writes them.
/// </summary>
internal static class IdText
{
    private const int LongestShown = 20;

    /// <summary>The ids of a text, in pooled memory.</summary>
    /// <exception cref="CommandException">There is something else in it.</exception>
    public static ArrayPoolBufferWriter<int> Parse(InputSource source, ReadOnlySpan<byte> utf8)
    {
        utf8 = ByteOrderMark.Skip(utf8);
        var ids = new ArrayPoolBufferWriter<int>();
        try
        {
            if (utf8.TrimStart(" \t\r\n"u8) is [(byte)'{', ..])
            {
                AddObjects(source, utf8, ids);
            }
            else
            {
                AddNumbers(source, utf8, ids);
            }

            return ids;
        }
        catch
        {
            ids.Dispose();
            throw;
        }
    }

    private static void AddNumbers(
        InputSource source, ReadOnlySpan<byte> utf8, ArrayPoolBufferWriter<int> ids)
    {
        ReadOnlySpan<byte> separators = " \t\r\n,[]"u8;
        int at = 0;
        while (true)
        {
            int skipped = utf8[at..].IndexOfAnyExcept(separators);
            if (skipped < 0)
            {
                return;
            }

            at += skipped;
            int length = utf8[at..].IndexOfAny(separators);
            ReadOnlySpan<byte> word = length < 0 ? utf8[at..] : utf8.Slice(at, length);
            if (!Utf8Parser.TryParse(word, out int id, out int used) || used != word.Length)
            {
                throw new CommandException(
                    $"{source.Name}: '{Shown(word)}' at byte {at} is not a token id");
            }

            Add(ids, id);
            at += word.Length;
        }
    }

    // One object on each line.
    private static void AddObjects(
        InputSource source, ReadOnlySpan<byte> utf8, ArrayPoolBufferWriter<int> ids)
    {
        try
        {
            var json = new Utf8JsonReader(utf8, new JsonReaderOptions { AllowMultipleValues = true });
            while (json.Read())
            {
                AddObject(ref json, ids);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new CommandException($"{source.Name}: not JSON with a member tokens that is a list of ids");
        }
    }

    private static void AddObject(ref Utf8JsonReader json, ArrayPoolBufferWriter<int> ids)
    {
        bool hasTokens = false;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            bool isTokens = json.ValueTextEquals("tokens"u8);
            json.Read();
            if (!isTokens)
            {
                json.Skip();
            }
            else if (json.TokenType == JsonTokenType.StartArray)
            {
                AddArray(ref json, ids);
                hasTokens = true;
            }
            else
            {
                throw new FormatException();
            }
        }

        if (!hasTokens)
        {
            throw new FormatException();
        }
    }

    private static void AddArray(ref Utf8JsonReader json, ArrayPoolBufferWriter<int> ids)
    {
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            Add(ids, json.GetInt32());
        }
    }

    private static void Add(ArrayPoolBufferWriter<int> ids, int id)
    {
        ids.GetSpan(1)[0] = id;
        ids.Advance(1);
    }

    private static string Shown(ReadOnlySpan<byte> word) =>
        word.Length > LongestShown
            ? Encoding.UTF8.GetString(word[..LongestShown]) + "…"
            : Encoding.UTF8.GetString(word);
}
