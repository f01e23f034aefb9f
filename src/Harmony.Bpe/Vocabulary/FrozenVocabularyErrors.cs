using System.Diagnostics.CodeAnalysis;

namespace Harmony.Bpe.Vocabulary;

/// <summary>
/// Throws what can be wrong with a frozen vocabulary. This is apart from the code that finds it because
/// opening a vocabulary is all first calls: the runtime compiles a method with all types that it names, and
/// the callers need not name an exception.
/// </summary>
internal static class FrozenVocabularyErrors
{
    [DoesNotReturn]
    public static void ThrowResourceMissing(string name) => throw new VocabularyException(
        $"{typeof(FrozenVocabularyErrors).Assembly.GetName().Name} lacks its resource {name}: "
        + "the assembly is not as it was built.");

    [DoesNotReturn]
    public static void ThrowNotFrozen() => throw new VocabularyException(
        "This is no frozen vocabulary: it does not begin with BPEFROZN.");

    [DoesNotReturn]
    public static void ThrowWrongVersion(uint version) => throw new VocabularyException(
        $"The frozen vocabulary has format version {version}; "
        + $"this library reads version {FrozenFormat.Version}.");

    [DoesNotReturn]
    public static void ThrowWrongLength(long length, ulong expected) => throw new VocabularyException(
        "The frozen vocabulary is truncated or damaged: "
        + $"it has {length} bytes where its header says {expected}.");

    [DoesNotReturn]
    public static void ThrowWrongHeaderChecksum() => throw new VocabularyException(
        "The frozen vocabulary is damaged: its header does not match its checksum.");

    [DoesNotReturn]
    public static void ThrowWrongFingerprint(ulong actual, ulong expected) => throw new VocabularyException(
        "The frozen vocabulary is damaged: "
        + $"its fingerprint is {actual:x16} where its header says {expected:x16}.");

    [DoesNotReturn]
    public static void ThrowWrongTokenCount(int count, int maxLength) => throw new VocabularyException(
        $"The frozen vocabulary claims {count} tokens of up to {maxLength} bytes.");

    [DoesNotReturn]
    public static void ThrowSectionMissing(FrozenSection section) => throw new VocabularyException(
        $"The frozen vocabulary has no section {section}.");

    [DoesNotReturn]
    public static void ThrowSectionTooShort(FrozenSection section, long length, long atLeast) => throw new VocabularyException(
        $"Section {section} of the frozen vocabulary has {length} bytes where {atLeast} are needed.");

    [DoesNotReturn]
    public static void ThrowSectionTooLong(FrozenSection section, long end, long fileLength) => throw new VocabularyException(
        $"Section {section} of the frozen vocabulary ends at {end}, after the file's end at {fileLength}.");

    [DoesNotReturn]
    public static void ThrowWrongHashTable(FrozenSection section, int slotBits, int bucketBits) => throw new VocabularyException(
        $"Section {section} of the frozen vocabulary claims 2^{slotBits} slots and 2^{bucketBits} buckets.");

    [DoesNotReturn]
    public static void ThrowWrongSpecialTokenCount(int count) => throw new VocabularyException(
        $"The frozen vocabulary's special tokens claim {count} entries.");
}
