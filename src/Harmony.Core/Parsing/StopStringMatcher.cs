using System.Buffers;
using System.Text;

namespace Harmony.Core.Parsing;

/// <summary>
/// Finds the first of several texts in a text that comes piece by piece: the automaton of Aho and Corasick
/// over UTF-8. A state is the longest end of the text that a stop string begins with, so that its depth is
/// the number of bytes that must be held back. Immutable.
/// </summary>
internal sealed class StopStringMatcher
{
    // Bytes that no stop string has are all of the class 0.
    private readonly byte[] _classOfByte = new byte[256];
    private readonly int _classCount;
    private readonly int[] _next;
    private readonly int[] _depth;
    private readonly int[] _found;
    private readonly SearchValues<byte> _firstBytes;
    private readonly string[] _texts;
    private readonly int[] _lengths;

    /// <summary>Builds the automaton.</summary>
    /// <param name="texts">The stop strings; none is empty.</param>
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

        // UTF-8 never has the bytes C0, C1 and F5 to FF, so that the class fits into a byte.
        _classCount = classes;
        int states = 1 + _lengths.Sum();
        _next = new int[states * classes];
        _depth = new int[states];
        _found = new int[states];
        Array.Fill(_found, -1);
        Connect(AddTexts(utf8));
    }

    /// <summary>How many bytes at the end of the text may be the beginning of a stop string.</summary>
    public int HeldBack(int state) => _depth[state];

    /// <summary>A stop string, and how many bytes it has.</summary>
    public string TextOf(int found, out int length)
    {
        length = _lengths[found];
        return _texts[found];
    }

    /// <summary>Goes on with more of the text, up to the first stop string.</summary>
    /// <param name="utf8">More of the text.</param>
    /// <param name="state">Where the automaton stands: 0 at the text's beginning.</param>
    /// <param name="end">Where the stop string ends.</param>
    /// <returns>The stop string that was found; −1 for none.</returns>
    public int Find(ReadOnlySpan<byte> utf8, ref int state, out int end)
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
            if (_found[at] >= 0)
            {
                state = at;
                end = i + 1;
                return _found[at];
            }
        }

        state = at;
        end = 0;
        return -1;
    }

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

            _found[at] = i;
        }

        return states;
    }

    // Breadth first, each state after the shorter ones: where the tree has no edge, the step is that of the
    // longest proper end of the state, which is there already.
    private void Connect(int states)
    {
        var fallback = new int[states];
        var queue = new Queue<int>();
        queue.Enqueue(0);
        while (queue.TryDequeue(out int state))
        {
            if (_found[state] < 0)
            {
                _found[state] = _found[fallback[state]];
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
