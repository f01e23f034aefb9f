using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Harmony.Bpe.Vocabulary;

/// <summary>Lays out a class per code point as <see cref="CharacterClassTable"/> reads it.</summary>
internal static class CharacterClassSection
{
    /// <summary>Lays out the section; <paramref name="classes"/> has one class for each of the 0x110000 code points.</summary>
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

        return [.. index, .. rows];
    }
}
