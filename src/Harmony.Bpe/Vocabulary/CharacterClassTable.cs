using System.Runtime.CompilerServices;

namespace Harmony.Bpe.Vocabulary;

/// <summary>
/// Immutable two-level table from code point to <see cref="CharacterClass"/>: a row number per 64 code
/// points, then rows of 64 classes, equal rows stored once. For vector kernels there is also a row per lead
/// byte.
/// </summary>
internal readonly unsafe struct CharacterClassTable
{
    /// <summary>How many rows' worth of code points there are.</summary>
    public const int RowIndexCount = 0x110000 / RowLength;

    /// <summary>Code points to a row: what one UTF-8 continuation byte tells apart.</summary>
    public const int RowLength = 64;

    /// <summary>How many rows there are for lead bytes: those of 0xC0 to 0xEF; then, where those of longer
    /// characters would be, the rows of the 16 second bytes behind 0xF0 that begin U+10000 to
    /// U+1FFFF.</summary>
    public const int LeadRowCount = 64;
    public const int SupplementaryRow = 0x30;

    private readonly byte* _leadRows;
    private readonly ushort* _rowIndex;
    private readonly byte* _rows;

    // Safety: the section holds LeadRowCount rows and the leads' own, then RowIndexCount row numbers, then
    // the rows they name.
    public CharacterClassTable(FrozenVocabularySections sections)
    {
        const int LeadRowsLength = (LeadRowCount + 1) * RowLength;
        const int IndexLength = RowIndexCount * sizeof(ushort);
        byte* section = sections.Open(
            FrozenSection.CharacterClasses, LeadRowsLength + IndexLength + RowLength, out _);
        _leadRows = section;
        _rowIndex = (ushort*)(section + LeadRowsLength);
        _rows = section + LeadRowsLength + IndexLength;
    }

    /// <summary>The classes of the 64 code points from <paramref name="codePoint"/> &amp; ~63 on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* RowOf(uint codePoint)
    {
        System.Diagnostics.Debug.Assert(codePoint < 0x110000);

        // Safety: the code point is in range, as asserted; a row number names a row of the section.
        return _rows + _rowIndex[codePoint >> 6] * RowLength;
    }

    /// <summary>The row of a lead byte, which must be from 0xC0 to 0xEF: by the low six bits of the second byte,
    /// the class of the characters that begin so if it is the same for all of them, else
    /// <see cref="CharacterClass.None"/>. Sequences that are not well-formed have no class.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* LeadRow(byte lead)
    {
        System.Diagnostics.Debug.Assert(lead is >= 0xC0 and < 0xF0);

        // Safety: there are 48 rows for these lead bytes.
        return _leadRows + (lead - 0xC0) * RowLength;
    }

    /// <summary>The row of 0xF0 and a second byte from 0x90 to 0x9F: by the low six bits of the third byte,
    /// what <see cref="LeadRow"/> has by the second.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* SupplementaryRowOf(byte second)
    {
        System.Diagnostics.Debug.Assert(second is >= 0x90 and < 0xA0);

        // Safety: there are 16 rows for these second bytes.
        return _leadRows + (SupplementaryRow + (second & 0xF)) * RowLength;
    }

    /// <summary>By the low six bits of a lead byte, the class of all characters that begin with it if it is
    /// the same for all, else <see cref="CharacterClass.None"/>.</summary>
    public byte* LeadClasses
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _leadRows + LeadRowCount * RowLength;
    }

    /// <summary>The class of a code point, which must be below 0x110000.</summary>
    public CharacterClass this[uint codePoint]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            System.Diagnostics.Debug.Assert(codePoint < 0x110000);

            // Safety: as in RowOf.
            return (CharacterClass)_rows[_rowIndex[codePoint >> 6] * RowLength + (codePoint & 63)];
        }
    }
}
