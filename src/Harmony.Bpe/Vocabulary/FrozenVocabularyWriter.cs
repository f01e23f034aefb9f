using System.Buffers.Binary;
using System.IO.Hashing;

namespace Harmony.Bpe.Vocabulary;

/// <summary>Turns a rank file into a frozen vocabulary. Same input, same bytes.</summary>
internal static class FrozenVocabularyWriter
{
    /// <summary>Freezes a vocabulary.</summary>
    /// <param name="ranks">The ranked tokens.</param>
    /// <param name="characterClasses">The bytes of the section
    /// <see cref="FrozenSection.CharacterClasses"/>.</param>
    /// <param name="commonPieces">Pieces that are no tokens and whose ids the table of short tokens should have
    /// where it has room, the most common first.</param>
    /// <param name="specialTokenSets">The sets of special tokens that tokenizers can use with the
    /// ranks.</param>
    public static byte[] Freeze(
        RankFile ranks,
        byte[] characterClasses,
        IReadOnlyList<byte[]> commonPieces,
        params IReadOnlyList<IReadOnlyDictionary<string, int>> specialTokenSets)
    {
        IReadOnlyList<byte[]> tokens = ranks.Tokens;
        var idOf = TokenIndex.Create(tokens);
        ulong[] splits = SplitFinder.FindAll(tokens, idOf);
        var sections = new List<(FrozenSection Section, byte[] Bytes)>
        {
            (FrozenSection.TokenOffsets, TokenOffsets(tokens)),
            (FrozenSection.TokenBytes, [.. tokens.SelectMany(static token => token)]),
            (FrozenSection.ByteTokens, ByteTokens(idOf)),
            (FrozenSection.ShortPieces, ShortPieces(tokens, CommonPieces.Merge(commonPieces, idOf))),
            (FrozenSection.MediumPieces, MediumPieces(tokens)),
            (FrozenSection.LongPieces, LongPieces(tokens)),
            (FrozenSection.Merges, Merges(splits)),
            (FrozenSection.Splits, UInt64s(splits)),
            (FrozenSection.CharacterClasses, characterClasses),
            (FrozenSection.BytePairs, BytePairs(tokens, splits)),
            (FrozenSection.LongTokenFilter, LongTokenFilter.Build(tokens)),
            (FrozenSection.CertifiedStarts, CertifiedStartsBuilder.Build(tokens, splits)),
        };
        if (TokenTrieBuilder.TryBuild(tokens, splits) is { } trie)
        {
            sections.Add((FrozenSection.TokenTrie, trie));
        }

        for (int set = 0; set < specialTokenSets.Count; set++)
        {
            byte[] section = SpecialTokenSection.Build(specialTokenSets[set], tokens.Count);
            sections.Add((FrozenSection.FirstSpecialTokens + (uint)set, section));
        }

        return Assemble(ranks, sections);
    }

    private static byte[] Assemble(RankFile ranks, List<(FrozenSection Section, byte[] Bytes)> sections)
    {
        int directoryEnd =
            FrozenFormat.FixedHeaderLength + sections.Count * FrozenFormat.DirectoryEntryLength;
        int headerLength = directoryEnd + FrozenFormat.HeaderChecksumLength;
        int length = headerLength;
        var offsets = new int[sections.Count];
        for (int i = 0; i < offsets.Length; i++)
        {
            offsets[i] = (length + FrozenFormat.SectionAlignment - 1) & -FrozenFormat.SectionAlignment;
            length = offsets[i] + sections[i].Bytes.Length;
        }

        var file = new byte[length];
        for (int i = 0; i < offsets.Length; i++)
        {
            sections[i].Bytes.CopyTo(file, offsets[i]);
            Span<byte> entry = file.AsSpan(
                FrozenFormat.FixedHeaderLength + i * FrozenFormat.DirectoryEntryLength);
            BinaryPrimitives.WriteUInt32LittleEndian(entry, (uint)sections[i].Section);
            BinaryPrimitives.WriteInt32LittleEndian(entry[4..], offsets[i]);
            BinaryPrimitives.WriteInt32LittleEndian(entry[8..], sections[i].Bytes.Length);
        }

        Span<byte> header = file;
        BinaryPrimitives.WriteUInt64LittleEndian(header, FrozenFormat.Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], FrozenFormat.Version);
        BinaryPrimitives.WriteInt32LittleEndian(header[12..], headerLength);
        BinaryPrimitives.WriteInt64LittleEndian(header[16..], length);
        BinaryPrimitives.WriteUInt64LittleEndian(
            header[24..], XxHash3.HashToUInt64(file.AsSpan(headerLength)));
        ranks.Sha256.CopyTo(header[32..]);
        BinaryPrimitives.WriteUInt32LittleEndian(header[64..], FrozenFormat.UnicodeVersion);
        BinaryPrimitives.WriteInt32LittleEndian(header[72..], ranks.Tokens.Count);
        BinaryPrimitives.WriteInt32LittleEndian(header[76..], ranks.MaxTokenLength);
        BinaryPrimitives.WriteInt32LittleEndian(header[84..], sections.Count);
        ulong checksum = XxHash3.HashToUInt64(header[..directoryEnd]);
        BinaryPrimitives.WriteUInt64LittleEndian(header[directoryEnd..], checksum);
        return file;
    }

    private static byte[] TokenOffsets(IReadOnlyList<byte[]> tokens)
    {
        var offsets = new uint[tokens.Count + 1];
        for (int id = 0; id < tokens.Count; id++)
        {
            offsets[id + 1] = offsets[id] + (uint)tokens[id].Length;
        }

        return UInt32s(offsets);
    }

    private static byte[] ByteTokens(Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> idOf) =>
        UInt32s([.. Enumerable.Range(0, 256).Select(value => (uint)idOf[[(byte)value]])]);

    private static byte[] BytePairs(IReadOnlyList<byte[]> tokens, ulong[] splits)
    {
        var pairs = new uint[256 * 256];
        Array.Fill(pairs, uint.MaxValue);
        for (int id = 0; id < tokens.Count; id++)
        {
            if (tokens[id] is [byte first, byte second] && splits[id] != MergeTable.NoSplit)
            {
                pairs[first << 8 | second] = (uint)id;
            }
        }

        return UInt32s(pairs);
    }

    private static byte[] ShortPieces(
        IReadOnlyList<byte[]> tokens, List<(byte[] Piece, int[] Ids)> commonPieces)
    {
        (byte[] Piece, int[] Ids)[] pieces =
        [
            .. IdsOfLength(tokens, 1, ShortVocabularyKey.MaxLength).Select(id => (tokens[id], (int[])[id])),
            .. commonPieces,
        ];
        return PerfectHashBuilder.Build(
            pieces.Length - commonPieces.Count,
            ShortEntry.Length,
            (key, seed) => new ShortVocabularyKey(pieces[key].Piece).Hash(seed),
            (key, _, entry) => ShortEntry.Write(entry, pieces[key].Piece, pieces[key].Ids),
            guestCount: commonPieces.Count);
    }

    private static byte[] MediumPieces(IReadOnlyList<byte[]> tokens)
    {
        int[] ids = IdsOfLength(tokens, ShortVocabularyKey.MaxLength + 1, MediumVocabularyKey.MaxLength);
        return PerfectHashBuilder.Build(
            ids.Length,
            entryLength: 32,
            (key, seed) => new MediumVocabularyKey(tokens[ids[key]]).Hash(seed),
            (key, _, entry) =>
            {
                var piece = new MediumVocabularyKey(tokens[ids[key]]);
                BinaryPrimitives.WriteUInt64LittleEndian(entry, piece.A);
                BinaryPrimitives.WriteUInt64LittleEndian(entry[8..], piece.B);
                BinaryPrimitives.WriteUInt64LittleEndian(entry[16..], piece.C);
                BinaryPrimitives.WriteUInt64LittleEndian(
                    entry[24..], piece.D | (ulong)ids[key] << ShortVocabularyKey.IdShift);
            });
    }

    private static byte[] LongPieces(IReadOnlyList<byte[]> tokens)
    {
        int[] ids = IdsOfLength(tokens, MediumVocabularyKey.MaxLength + 1, int.MaxValue);
        return PerfectHashBuilder.Build(
            ids.Length,
            entryLength: 4,
            (key, seed) => PieceTable.HashLong(tokens[ids[key]], seed),
            (key, _, entry) => BinaryPrimitives.WriteInt32LittleEndian(entry, ids[key]));
    }

    private static byte[] Merges(ulong[] splits)
    {
        int[] ids = [.. Enumerable.Range(0, splits.Length).Where(id => splits[id] != MergeTable.NoSplit)];
        return PerfectHashBuilder.Build(
            ids.Length,
            entryLength: 4,
            (key, seed) => MergeTable.Hash(splits[ids[key]], seed),
            (key, hash, entry) => BinaryPrimitives.WriteUInt32LittleEndian(
                entry, MergeTable.Fingerprint(hash) | (uint)ids[key]));
    }

    private static int[] IdsOfLength(IReadOnlyList<byte[]> tokens, int from, int to) =>
        [
            .. Enumerable.Range(0, tokens.Count)
                .Where(id => tokens[id].Length >= from && tokens[id].Length <= to),
        ];

    private static byte[] UInt32s(ReadOnlySpan<uint> values)
    {
        var bytes = new byte[values.Length * sizeof(uint)];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(i * sizeof(uint)), values[i]);
        }

        return bytes;
    }

    private static byte[] UInt64s(ReadOnlySpan<ulong> values)
    {
        var bytes = new byte[values.Length * sizeof(ulong)];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(i * sizeof(ulong)), values[i]);
        }

        return bytes;
    }
}
