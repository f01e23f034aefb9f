using System.Runtime.CompilerServices;

namespace Harmony.Bpe.Vocabulary;

/// <summary>
/// Immutable two-level table from code point to <see cref="CharacterClass"/>: a row number per 64 code points,
/// then rows of 64 classes, equal rows stored once.
/// </summary>
internal readonly unsafe struct CharacterClassTable
{
    /// <summary>How many rows' worth of code points there are.</summary>
    public const int RowIndexCount = 0x110000 / RowLength;

    /// <summary>Code points to a row: what one UTF-8 continuation byte tells apart.</summary>
    public const int RowLength = 64;

    private readonly ushort* _rowIndex;
    private readonly byte* _rows;

    // Safety: the section holds RowIndexCount row numbers, then the rows they name.
    public CharacterClassTable(FrozenVocabularySections sections)
    {
        byte* section = sections.Open(FrozenSection.CharacterClasses, RowIndexCount * sizeof(ushort) + RowLength);
        _rowIndex = (ushort*)section;
        _rows = section + RowIndexCount * sizeof(ushort);
    }

    /// <summary>The class of a code point, which must be below 0x110000.</summary>
    public CharacterClass this[uint codePoint]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            System.Diagnostics.Debug.Assert(codePoint < 0x110000);

            // Safety: the code point is in range, as asserted; a row number names a row of the section.
            return (CharacterClass)_rows[_rowIndex[codePoint >> 6] * RowLength + (codePoint & 63)];
        }
    }
}
