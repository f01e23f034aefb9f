using System.IO.Hashing;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Harmony.Bpe.Vocabulary;

/// <summary>
/// An open frozen vocabulary. The tables are views of its memory; nothing is parsed or copied. The memory is
/// either the mapped resource of the assembly or, for a vocabulary made at run time, a pinned array that is
/// collected with the vocabulary.
/// </summary>
/// <remarks><see cref="Pieces"/>, <see cref="Merges"/>, <see cref="Classes"/> and <see cref="Trie"/> are
/// pointers only: users call <see cref="GC.KeepAlive"/> with the vocabulary after their last read
/// (<see cref="FrozenMemory"/> says why). <see cref="Tokens"/>, special tokens and all spans keep the memory
/// alive by themselves.</remarks>
internal sealed unsafe class FrozenVocabulary
{
    public const string ResourceName = "Harmony.Bpe.o200k.frozen";

    /// <summary>The vocabulary of o200k_base and o200k_harmony, mapped from the assembly.</summary>
    public static readonly FrozenVocabulary Embedded = OpenEmbedded();

    private readonly byte* _start;
    private readonly long _length;
    private readonly FrozenVocabularySections _sections;

    /// <summary>Identifies this vocabulary without keeping it alive.</summary>
    public readonly object Identity = new();

    public readonly TokenTable Tokens;
    public readonly PieceTable Pieces;
    public readonly MergeTable Merges;
    public readonly CharacterClassTable Classes;
    public readonly TokenTrie Trie;

    // Safety: length bytes must be readable at start, and stay there while the memory is alive.
    private FrozenVocabulary(FrozenMemory memory, byte* start, long length, bool isTrusted)
    {
        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException("The frozen vocabulary needs a little-endian processor.");
        }

        CheckHeader(start, length);
        if (!isTrusted)
        {
            Verify(start, length);
        }

        _start = start;
        _length = length;
        _sections = new FrozenVocabularySections(memory, start, length);

        int tokenCount = Unsafe.ReadUnaligned<int>(start + 72);
        int maxTokenLength = Unsafe.ReadUnaligned<int>(start + 76);
        if (tokenCount is < 1 or > FrozenFormat.MaxTokenCount
            || maxTokenLength is < 1 or > FrozenFormat.MaxTokenLength)
        {
            FrozenVocabularyErrors.ThrowWrongTokenCount(tokenCount, maxTokenLength);
        }

        Tokens = new TokenTable(_sections, tokenCount, maxTokenLength);
        Pieces = new PieceTable(_sections, Tokens);
        Merges = new MergeTable(_sections, tokenCount);
        Classes = new CharacterClassTable(_sections);
        Trie = new TokenTrie(_sections);

        // Safety: everything above reads through pointers.
        memory.KeepAlive();
    }

    /// <summary>XxHash3 of everything after the header: vocabularies with equal fingerprints are
    /// equal.</summary>
    public ulong Fingerprint
    {
        get
        {
            ulong fingerprint = Unsafe.ReadUnaligned<ulong>(_start + 24);
            GC.KeepAlive(this);
            return fingerprint;
        }
    }

    /// <summary>SHA-256 of the rank file from which the vocabulary was made.</summary>
    public ReadOnlySpan<byte> RankFileSha256 => _sections.Memory.View(_start + 32, 32);

    /// <summary>The bytes of the section of <see cref="Classes"/>, for vocabularies made at run
    /// time.</summary>
    public ReadOnlySpan<byte> CharacterClassSection
    {
        get
        {
            _sections.TryOpen(FrozenSection.CharacterClasses, out byte* start, out long length);
            return _sections.Memory.View(start, (int)length);
        }
    }

    /// <summary>Opens a copy of a frozen vocabulary, and compares all of it with its fingerprint.</summary>
    /// <exception cref="VocabularyException">It is damaged, or of another format version.</exception>
    public static FrozenVocabulary OpenCopy(ReadOnlySpan<byte> frozen)
    {
        FrozenMemory memory = FrozenMemory.Copy(frozen, out byte* start);
        return new FrozenVocabulary(memory, start, frozen.Length, isTrusted: false);
    }

    /// <summary>Reads the whole vocabulary and compares it with its fingerprint.</summary>
    /// <exception cref="VocabularyException">It is damaged.</exception>
    public void Verify()
    {
        Verify(_start, _length);
        GC.KeepAlive(this);
    }

    /// <summary>The special tokens of one of the vocabulary's sets. The table keeps the memory
    /// alive.</summary>
    public SpecialTokenTable OpenSpecialTokens(int set)
    {
        FrozenSection section = FrozenSection.FirstSpecialTokens + (uint)set;
        byte* start = _sections.Open(section, SpecialTokenTable.HeaderLength, out long length);
        return new SpecialTokenTable(_sections.Memory, start, length);
    }

    private static FrozenVocabulary OpenEmbedded()
    {
        Assembly assembly = typeof(FrozenVocabulary).Assembly;
        var stream = assembly.GetManifestResourceStream(ResourceName) as UnmanagedMemoryStream;
        if (stream is null)
        {
            FrozenVocabularyErrors.ThrowResourceMissing(ResourceName);
        }

        // The stream is a view of the mapped assembly, which is not unloaded while this type is in use.
        byte* resource = stream.PositionPointer;
        (int start, int length) = FrozenResource.Locate(new ReadOnlySpan<byte>(resource, (int)stream.Length))
            .GetOffsetAndLength((int)stream.Length);
        return new FrozenVocabulary(default, resource + start, length, isTrusted: true);
    }

    // The embedded vocabulary is as trustworthy as the code beside it. So opening it only checks that it is a
    // frozen vocabulary, without loading a hash function. Any other is verified as a whole.
    private static void CheckHeader(byte* start, long length)
    {
        if (length < FrozenFormat.FixedHeaderLength
            || Unsafe.ReadUnaligned<ulong>(start) != FrozenFormat.Magic)
        {
            FrozenVocabularyErrors.ThrowNotFrozen();
        }

        uint version = Unsafe.ReadUnaligned<uint>(start + 8);
        if (version != FrozenFormat.Version)
        {
            FrozenVocabularyErrors.ThrowWrongVersion(version);
        }

        uint headerLength = Unsafe.ReadUnaligned<uint>(start + 12);
        uint sectionCount = Unsafe.ReadUnaligned<uint>(start + FrozenFormat.FixedHeaderLength - 4);
        ulong fileLength = Unsafe.ReadUnaligned<ulong>(start + 16);
        long directoryEnd = FrozenFormat.FixedHeaderLength
            + (long)sectionCount * FrozenFormat.DirectoryEntryLength;
        if (fileLength != (ulong)length || headerLength > length
            || directoryEnd + FrozenFormat.HeaderChecksumLength != headerLength)
        {
            FrozenVocabularyErrors.ThrowWrongLength(length, fileLength);
        }
    }

    // Safety: CheckHeader compared the lengths in the header with the real one.
    private static void Verify(byte* start, long length)
    {
        var headerLength = (int)Unsafe.ReadUnaligned<uint>(start + 12);
        int directoryEnd = headerLength - FrozenFormat.HeaderChecksumLength;
        ulong checksum = XxHash3.HashToUInt64(new ReadOnlySpan<byte>(start, directoryEnd));
        if (checksum != Unsafe.ReadUnaligned<ulong>(start + directoryEnd))
        {
            FrozenVocabularyErrors.ThrowWrongHeaderChecksum();
        }

        ulong expected = Unsafe.ReadUnaligned<ulong>(start + 24);
        var content = new ReadOnlySpan<byte>(start + headerLength, (int)(length - headerLength));
        ulong actual = XxHash3.HashToUInt64(content);
        if (actual != expected)
        {
            FrozenVocabularyErrors.ThrowWrongFingerprint(actual, expected);
        }
    }
}
