using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Harmony.Bpe.Vocabulary;

/// <summary>
/// Immutable two-level table from code point to <see cref="CharacterClass"/>: a row number for each 64 code
/// points, then rows of 64 classes; equal rows are stored once. Vector kernels also get a row for each lead
/// byte.
/// </summary>
internal readonly unsafe struct CharacterClassTable
{
    /// <summary>The number of row numbers.</summary>
    public const int RowIndexCount = 0x110000 / RowLength;

    /// <summary>The code points of a row: those that one UTF-8 continuation byte tells apart.</summary>
    public const int RowLength = 64;

    /// <summary>The number of rows for lead bytes: those of 0xC0 to 0xEF, then the rows from
    /// <see cref="SupplementaryRow"/> on.</summary>
    public const int LeadRowCount = 64;

    /// <summary>The first row for the 16 second bytes after 0xF0 that begin U+10000 to U+1FFFF.</summary>
    public const int SupplementaryRow = 0x30;

    private readonly byte* _leadRows;
    private readonly ushort* _rowIndex;
    private readonly byte* _rows;

    // Safety: the section holds LeadRowCount rows and one for lead bytes alone, then RowIndexCount row
    // numbers, then the rows that these number.
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
    /// <param name="codePoint">A code point, below 0x110000.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* RowOf(uint codePoint)
    {
        AssertCodePoint(codePoint);

        // Safety: the code point is in range, and its row number is that of a row of the section.
        return _rows + _rowIndex[codePoint >> 6] * RowLength;
    }

    /// <summary>The row of a lead byte from 0xC0 to 0xEF. By the low six bits of the second byte, it has the
    /// class of all characters that begin with the two bytes; <see cref="CharacterClass.None"/> if they
    /// differ or are not well-formed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* LeadRow(byte lead)
    {
        Debug.Assert(lead is >= 0xC0 and < 0xF0, $"The lead byte is {lead:X2}, but must be C0 to EF.");

        // Safety: there are 48 rows for these lead bytes.
        return _leadRows - 0xC0 * RowLength + (nuint)lead * RowLength;
    }

    /// <summary>The row of 0xF0 and a second byte from 0x90 to 0x9F: like <see cref="LeadRow"/>, by the low
    /// six bits of the third byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* SupplementaryRowOf(byte second)
    {
        Debug.Assert(second is >= 0x90 and < 0xA0, $"The second byte is {second:X2}, but must be 90 to 9F.");

        // Safety: there are 16 rows for these second bytes.
        return _leadRows + (SupplementaryRow + (second & 0xF)) * RowLength;
    }

    /// <summary>By the low six bits of a lead byte, the class of all characters that begin with it;
    /// <see cref="CharacterClass.None"/> if they differ.</summary>
    public byte* LeadClasses
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _leadRows + LeadRowCount * RowLength;
    }

    /// <summary>The class of a code point, below 0x110000.</summary>
    public CharacterClass this[uint codePoint]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            AssertCodePoint(codePoint);

            // Safety: as in RowOf.
            return (CharacterClass)_rows[(nuint)_rowIndex[codePoint >> 6] * RowLength + (codePoint & 63)];
        }
    }

    [Conditional("DEBUG")]
    private static void AssertCodePoint(uint codePoint) => Debug.Assert(
        codePoint < 0x110000, $"The code point is U+{codePoint:X}, but must be below U+110000.");
}
