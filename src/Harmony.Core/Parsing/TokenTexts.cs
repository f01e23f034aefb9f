using System.Text;

namespace Harmony.Core.Parsing;

/// <summary>The strings of o200k_harmony's tokens that were asked for lately: the text of streams is mostly a
/// few thousand tokens. Thread-safe. The number of places is fixed, and the later of two tokens takes a
/// place.</summary>
internal static class TokenTexts
{
    private const int PlaceCount = 4096;

    private static readonly Entry?[] Places = new Entry?[PlaceCount];

    /// <summary>Finds the text of a token; null if it is not kept.</summary>
    public static string? Find(int id)
    {
        Entry? entry = Places[id & (PlaceCount - 1)];
        return entry is not null && entry.Id == id ? entry.Text : null;
    }

    /// <summary>Keeps the text of a token, and returns it.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="utf8">Its bytes, which are whole characters.</param>
    public static string Add(int id, ReadOnlySpan<byte> utf8)
    {
        string text = Encoding.UTF8.GetString(utf8);
        Places[id & (PlaceCount - 1)] = new Entry(id, text);
        return text;
    }

    private sealed class Entry(int id, string text)
    {
        public readonly int Id = id;
        public readonly string Text = text;
    }
}
