using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Harmony.Bpe.Vocabulary;

/// <summary>Lays out a class per code point as <see cref="CharacterClassTable"/> reads it.</summary>
internal static class CharacterClassSection
{
    /// <summary>Lays out the section.</summary>
    /// <param name="classes">The class of each of the 0x110000 code points.</param>
    public static byte[] Build(ReadOnlySpan<CharacterClass> classes)
    {
        var rows = new List<byte>();
        var rowOf = new Dictionary<byte[], int>(BytesComparer.Instance);
        var index = new byte[CharacterClassTable.RowIndexCount * sizeof(ushort)];
        for (int i = 0; i < CharacterClassTable.RowIndexCount; i++)
        {
            byte[] row = MemoryMarshal
                .AsBytes(classes.Slice(i * CharacterClassTable.RowLength, CharacterClassTable.RowLength))
                .ToArray();
            if (!rowOf.TryGetValue(row, out int number))
            {
                number = rowOf.Count;
                rowOf.Add(row, number);
                rows.AddRange(row);
            }

            BinaryPrimitives.WriteUInt16LittleEndian(index.AsSpan(i * sizeof(ushort)), (ushort)number);
        }

        return [.. LeadRows(classes), .. index, .. rows];
    }

    private static byte[] LeadRows(ReadOnlySpan<CharacterClass> classes)
    {
        var rows = new byte[(CharacterClassTable.LeadRowCount + 1) * CharacterClassTable.RowLength];
        for (int lead = 0xC2; lead < 0xF0; lead++)
        {
            for (int second = 0; second < 64; second++)
            {
                ReadOnlySpan<CharacterClass> begun = lead < 0xE0
                    ? classes.Slice((lead & 0x1F) << 6 | second, 1)
                    : classes.Slice((lead & 0x0F) << 12 | second << 6, 64);
                bool wellFormed = !(lead == 0xE0 && second < 0x20) && !(lead == 0xED && second >= 0x20);
                if (wellFormed)
                {
                    rows[(lead - 0xC0) * CharacterClassTable.RowLength + second] = ClassOfAll(begun);
                }
            }

            Span<byte> row = rows.AsSpan(
                (lead - 0xC0) * CharacterClassTable.RowLength, CharacterClassTable.RowLength);
            if (!row.ContainsAnyExcept(row[0]))
            {
                rows[CharacterClassTable.LeadRowCount * CharacterClassTable.RowLength + (lead & 63)] = row[0];
            }
        }

        for (int second = 0x10; second < 0x20; second++)
        {
            for (int third = 0; third < 64; third++)
            {
                ReadOnlySpan<CharacterClass> begun = classes.Slice(second << 12 | third << 6, 64);
                int row = CharacterClassTable.SupplementaryRow + (second & 0xF);
                rows[row * CharacterClassTable.RowLength + third] = ClassOfAll(begun);
            }
        }

        return rows;
    }

    /// <summary>The class that all these have; none if they differ.</summary>
    private static byte ClassOfAll(ReadOnlySpan<CharacterClass> characters) =>
        (byte)(characters.ContainsAnyExcept(characters[0]) ? CharacterClass.None : characters[0]);
}
