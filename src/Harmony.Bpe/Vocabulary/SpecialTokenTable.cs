using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Harmony.Bpe.Vocabulary;

/// <summary>
/// Immutable table of special tokens, by id and by name. It keeps its memory alive.
/// <code>
/// section: count u32, longest name u32, length of the prefix that all names share u32, 0 u32,
///          ids ascending u32[count], offsets of names u32[count + 1],
///          the order by name u32[count], each an index into the ids,
///          the names in UTF-8, in the order of the ids
/// </code>
/// </summary>
internal readonly unsafe struct SpecialTokenTable
{
    /// <summary>Bytes before the ids.</summary>
    public const int HeaderLength = 16;

    private readonly uint* _ids;
    private readonly uint* _nameOffsets;
    private readonly uint* _byName;
    private readonly byte* _names;
    private readonly int _prefixLength;
    private readonly FrozenMemory _memory;
    private readonly int _minNameLength;

    // A bit for the low six bits of each byte that follows the common prefix.
    private readonly ulong _afterPrefix;

    // Safety: the section must lie in the memory and have the layout described above.
    public SpecialTokenTable(FrozenMemory memory, byte* section, long length)
    {
        _memory = memory;
        Count = Unsafe.ReadUnaligned<int>(section);
        MaxNameLength = Unsafe.ReadUnaligned<int>(section + 4);
        _prefixLength = Unsafe.ReadUnaligned<int>(section + 8);
        long namesOffset = HeaderLength + (3L * Count + 1) * sizeof(uint);
        if (Count < 0 || namesOffset > length)
        {
            FrozenVocabularyErrors.ThrowWrongSpecialTokenCount(Count);
        }

        _ids = (uint*)(section + HeaderLength);
        _nameOffsets = _ids + Count;
        _byName = _nameOffsets + Count + 1;
        _names = section + namesOffset;
        _minNameLength = MaxNameLength;
        for (int i = 0; i < Count; i++)
        {
            ReadOnlySpan<byte> name = NameAt(i);
            _minNameLength = Math.Min(_minNameLength, name.Length);
            _afterPrefix |= name.Length > _prefixLength ? 1UL << (name[_prefixLength] & 63) : ulong.MaxValue;
        }

        memory.KeepAlive();
    }

    /// <summary>Makes a table of a section that is in no vocabulary.</summary>
    public static SpecialTokenTable Create(ReadOnlySpan<byte> section)
    {
        // Safety: the memory has the section's length, and the table keeps it alive.
        FrozenMemory memory = FrozenMemory.Copy(section, out byte* start);
        return new SpecialTokenTable(memory, start, section.Length);
    }

    /// <summary>The number of special tokens; an id with several names counts several times.</summary>
    public readonly int Count;

    /// <summary>The longest name, in bytes.</summary>
    public readonly int MaxNameLength;

    /// <summary>The bytes with which every name begins; empty if there are none.</summary>
    public ReadOnlySpan<byte> CommonPrefix => Count == 0 ? default : NameAt(0)[.._prefixLength];

    /// <summary>One more than the largest id; 0 if there are none.</summary>
    public int EndId => Count == 0 ? 0 : IdAt(Count - 1) + 1;

    /// <summary>The id at a position of the ascending order.</summary>
    public int IdAt(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count);
        var id = (int)_ids[index];
        _memory.KeepAlive();
        return id;
    }

    /// <summary>The name at a position of the ascending order of ids; the span keeps it alive.</summary>
    public ReadOnlySpan<byte> NameAt(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count);

        // Safety: there is one offset more than names. Both are read before the view is made, which then
        // keeps the memory alive.
        uint start = _nameOffsets[index];
        return _memory.View(_names + start, (int)(_nameOffsets[index + 1] - start));
    }

    /// <summary>The position of an id in the ascending order, with the first of its names; negative if it is
    /// no special token's.</summary>
    public int IndexOf(int id)
    {
        // Ids are mostly consecutive, so the distance from the first id is nearly always the position.
        int index = -1;
        if (Count > 0 && id >= _ids[0])
        {
            long guess = id - (long)_ids[0];
            index = guess < Count && _ids[guess] == id
                ? (int)guess
                : new ReadOnlySpan<uint>(_ids, Count).BinarySearch((uint)id);
            while (index > 0 && _ids[index - 1] == id)
            {
                index--;
            }
        }

        _memory.KeepAlive();
        return index;
    }

    /// <summary>The id of the special token that has exactly this name, or 0 and false.</summary>
    public bool TryGetId(ReadOnlySpan<byte> utf8Name, out int id)
    {
        int index = LongestPrefixOf(utf8Name);
        bool found = index >= 0 && NameAt(index).Length == utf8Name.Length;
        id = found ? IdAt(index) : 0;
        return found;
    }

    /// <summary>The longest special token that a text begins with, as its position in the ascending order of
    /// ids; −1 if there is none. Its cost depends on the names alone, not on the text.</summary>
    public int LongestPrefixOf(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > _prefixLength && (_afterPrefix >> (utf8[_prefixLength] & 63) & 1) == 0)
        {
            return -1;
        }

        utf8 = utf8[..Math.Min(utf8.Length, MaxNameLength)];
        while (utf8.Length >= _minNameLength && !utf8.IsEmpty)
        {
            // The last name that does not sort after the text is its longest prefix, or is no prefix. If it
            // is none, a shorter prefix must be a prefix of what that name and the text have in common.
            int last = LastNotAfter(utf8);
            if (last < 0)
            {
                return -1;
            }

            ReadOnlySpan<byte> name = NameAt(last);
            int shared = name.CommonPrefixLength(utf8);
            if (shared == name.Length)
            {
                return last;
            }

            utf8 = utf8[..shared];
        }

        return -1;
    }

    /// <summary>Whether a longer name begins with a text.</summary>
    public bool IsStartOfLongerName(ReadOnlySpan<byte> utf8)
    {
        // Names that begin with the text sort right after it.
        int after = CountNotAfter(utf8);
        return after < Count && NameAt(IndexByName(after)).StartsWith(utf8);
    }

    private int LastNotAfter(ReadOnlySpan<byte> utf8)
    {
        int count = CountNotAfter(utf8);
        return count == 0 ? -1 : IndexByName(count - 1);
    }

    /// <summary>The name at a position of the order by name, as its position in the ascending order of
    /// ids.</summary>
    private int IndexByName(int position)
    {
        Debug.Assert((uint)position < (uint)Count, $"The position is {position}, but must be below {Count}.");

        // Safety: callers pass positions below the count.
        var index = (int)_byName[position];
        _memory.KeepAlive();
        return index;
    }

    /// <summary>The number of names that sort before the text or equal it.</summary>
    private int CountNotAfter(ReadOnlySpan<byte> utf8)
    {
        int low = 0;
        int high = Count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (NameAt(IndexByName(middle)).SequenceCompareTo(utf8) <= 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
