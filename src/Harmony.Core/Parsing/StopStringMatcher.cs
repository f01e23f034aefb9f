using System.Buffers;
using System.Text;

namespace Harmony.Core.Parsing;

/// <summary>
/// Finds the first of several strings in a text that comes in parts: the automaton of Aho and Corasick over
/// UTF-8. A state stands for the longest end of the text with which a string begins; its depth, in bytes, is
/// how much of the text must be held back. Immutable and thread-safe.
/// </summary>
internal sealed class StopStringMatcher
{
    private const int NoMatch = -1;

    // Bytes that are in no string share class 0.
    private readonly byte[] _classOfByte = new byte[256];
    private readonly int _classCount;
    private readonly int[] _next;
    private readonly int[] _depth;
    private readonly int[] _matchOfState;
    private readonly SearchValues<byte> _firstBytes;
    private readonly string[] _texts;
    private readonly int[] _lengths;

    /// <summary>Builds the automaton.</summary>
    /// <param name="texts">The strings to find; none is empty.</param>
    public StopStringMatcher(ReadOnlySpan<string> texts)
    {
        _texts = texts.ToArray();
        byte[][] utf8 = Array.ConvertAll(_texts, Encoding.UTF8.GetBytes);
        _lengths = Array.ConvertAll(utf8, static text => text.Length);
        _firstBytes = SearchValues.Create([.. utf8.Select(static text => text[0])]);
        int classes = 1;
        foreach (byte value in utf8.SelectMany(static text => text))
        {
            if (_classOfByte[value] == 0)
            {
                _classOfByte[value] = (byte)classes++;
            }
        }

        // A class fits into a byte: UTF-8 never has the bytes C0, C1 and F5 to FF.
        _classCount = classes;
        int states = 1 + _lengths.Sum();
        _next = new int[states * classes];
        _depth = new int[states];
        _matchOfState = new int[states];
        Array.Fill(_matchOfState, NoMatch);
        Connect(AddTexts(utf8));
    }

    /// <summary>How many bytes at the end of the text may be the beginning of a string.</summary>
    public int HeldByteCount(int state) => _depth[state];

    /// <summary>The string that ends at a state in which <see cref="TryFind"/> found one.</summary>
    /// <param name="state">The state.</param>
    /// <param name="length">How many bytes of UTF-8 the string has.</param>
    public string TextAt(int state, out int length)
    {
        int match = _matchOfState[state];
        length = _lengths[match];
        return _texts[match];
    }

    /// <summary>Goes on with more of the text, up to the end of the first string. Of several that end at the
    /// same byte it finds the longest.</summary>
    /// <param name="utf8">More of the text.</param>
    /// <param name="state">Where the automaton stands; 0 at the beginning of a text.</param>
    /// <param name="end">Where the string ends in <paramref name="utf8"/>. Undefined when the method returns
    /// false.</param>
    /// <returns>Whether a string ends in <paramref name="utf8"/>. If so, <see cref="TextAt"/> gives
    /// it.</returns>
    public bool TryFind(ReadOnlySpan<byte> utf8, ref int state, out int end)
    {
        int at = state;
        for (int i = 0; i < utf8.Length; i++)
        {
            if (at == 0)
            {
                // Nothing has begun: only a first byte changes that.
                int skipped = utf8[i..].IndexOfAny(_firstBytes);
                if (skipped < 0)
                {
                    break;
                }

                i += skipped;
            }

            at = _next[at * _classCount + _classOfByte[utf8[i]]];
            if (_matchOfState[at] != NoMatch)
            {
                state = at;
                end = i + 1;
                return true;
            }
        }

        state = at;
        end = 0;
        return false;
    }

    /// <summary>Builds the tree of all strings.</summary>
    /// <returns>How many states it has.</returns>
    private int AddTexts(byte[][] utf8)
    {
        int states = 1;
        for (int i = 0; i < utf8.Length; i++)
        {
            int at = 0;
            foreach (byte value in utf8[i])
            {
                ref int next = ref _next[at * _classCount + _classOfByte[value]];
                if (next == 0)
                {
                    next = states;
                    _depth[states++] = _depth[at] + 1;
                }

                at = next;
            }

            _matchOfState[at] = i;
        }

        return states;
    }

    /// <summary>Adds the steps that leave the tree. Goes breadth first, so that where a state has no edge,
    /// the step of its longest proper suffix is already known.</summary>
    private void Connect(int states)
    {
        var fallback = new int[states];
        var queue = new Queue<int>();
        queue.Enqueue(0);
        while (queue.TryDequeue(out int state))
        {
            if (_matchOfState[state] == NoMatch)
            {
                _matchOfState[state] = _matchOfState[fallback[state]];
            }

            for (int i = 0; i < _classCount; i++)
            {
                ref int next = ref _next[state * _classCount + i];
                int other = state == 0 ? 0 : _next[fallback[state] * _classCount + i];
                if (next == 0)
                {
                    next = other;
                }
                else
                {
                    fallback[next] = other;
                    queue.Enqueue(next);
                }
            }
        }
    }
}
