namespace Harmony.Bpe.Vocabulary;

/// <summary>
/// What can be wrong with a frozen vocabulary. Apart from the code that finds it: the runtime compiles a
/// method as a whole when it is first called, and opening a vocabulary is all first calls.
/// </summary>
internal static class FrozenVocabularyErrors
{
    public static VocabularyException ResourceMissing(string name) => new(
        $"{typeof(FrozenVocabularyErrors).Assembly.GetName().Name} lacks its resource {name}: "
        + "the assembly is not as it was built.");

    public static VocabularyException NotFrozen() => new(
        "This is no frozen vocabulary: it does not begin with BPEFROZN.");

    public static VocabularyException WrongVersion(uint version) => new(
        $"The frozen vocabulary has format version {version}; "
        + $"this library reads version {FrozenFormat.Version}.");

    public static VocabularyException WrongLength(long length, ulong expected) => new(
        "The frozen vocabulary is truncated or damaged: "
        + $"it has {length} bytes where its header says {expected}.");

    public static VocabularyException WrongHeaderChecksum() => new(
        "The frozen vocabulary is damaged: its header does not match its checksum.");

    public static VocabularyException WrongFingerprint(ulong actual, ulong expected) => new(
        "The frozen vocabulary is damaged: "
        + $"its fingerprint is {actual:x16} where its header says {expected:x16}.");

    public static VocabularyException WrongTokenCount(int count, int maxLength) => new(
        $"The frozen vocabulary claims {count} tokens of up to {maxLength} bytes.");

    public static VocabularyException SectionMissing(FrozenSection section) => new(
        $"The frozen vocabulary has no section {section}.");

    public static VocabularyException SectionTooShort(FrozenSection section, long length, long atLeast) => new(
        $"Section {section} of the frozen vocabulary has {length} bytes where {atLeast} are needed.");

    public static VocabularyException SectionTooLong(FrozenSection section, long end, long fileLength) => new(
        $"Section {section} of the frozen vocabulary ends at {end}, after the file's end at {fileLength}.");

    public static VocabularyException WrongHashTable(FrozenSection section, int slotBits, int bucketBits) => new(
        $"Section {section} of the frozen vocabulary claims 2^{slotBits} slots and 2^{bucketBits} buckets.");

    public static VocabularyException WrongSpecialTokenCount(int count) => new(
        $"The frozen vocabulary's special tokens claim {count} entries.");
}
