using System.Runtime.CompilerServices;

namespace Harmony.Core.Parsing;

/// <summary>
/// A search for strings in a text that comes in parts: an automaton, which is shared, and where this search
/// stands in it. Without an automaton it finds nothing.
/// </summary>
internal struct TextSearch(StopStringMatcher? matcher)
{
    private readonly StopStringMatcher? _matcher = matcher;
    private int _state;

    public readonly bool IsOn => _matcher is not null;

    /// <summary>Whether the text so far ends with the beginning of a string.</summary>
    public readonly bool HasBegun => _state > 0;

    /// <summary>How many bytes at the end of the text may be the beginning of a string.</summary>
    public readonly int HeldByteCount => _matcher?.HeldByteCount(_state) ?? 0;

    /// <summary>Goes on with more of the text, up to the end of the first string.</summary>
    /// <param name="utf8">More of the text.</param>
    /// <param name="match">The string, and where it ends in <paramref name="utf8"/>. Undefined when the
    /// method returns false.</param>
    /// <returns>Whether a string ends in it.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryFind(ReadOnlySpan<byte> utf8, out StopStringMatch match)
    {
        if (_matcher is null || !_matcher.TryFind(utf8, ref _state, out int end))
        {
            match = default;
            return false;
        }

        string text = _matcher.TextAt(_state, out int length);
        match = new StopStringMatch(text, length, end);
        return true;
    }

    /// <summary>Looks at more of the text without going on.</summary>
    /// <param name="utf8">More of the text.</param>
    /// <param name="state">Where the search would stand; give it to <see cref="MoveTo"/>.</param>
    /// <param name="mayEndInside">Whether the text may end with the beginning of a string.</param>
    /// <returns>Whether no string ends in it.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool IsPassedBy(ReadOnlySpan<byte> utf8, bool mayEndInside, out int state)
    {
        state = _state;
        return _matcher is null
            || (!_matcher.TryFind(utf8, ref state, out _)
                && (mayEndInside || _matcher.HeldByteCount(state) == 0));
    }

    public void MoveTo(int state) => _state = state;
}
