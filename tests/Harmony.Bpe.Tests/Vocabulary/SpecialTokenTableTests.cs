using System.Text;
using Harmony.Bpe.Tests.Generators;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Tests.Vocabulary;

public sealed class SpecialTokenTableTests
{
    private static readonly List<byte[]> Bytes = [.. Enumerable.Range(0, 256).Select(static b =>
        new[] { (byte)b })];

    [Theory]
    [InlineData(1, "")]
    [InlineData(2, "")]
    [InlineData(3, "")]
    [InlineData(4, "<|")]
    [InlineData(5, "\u00E9")]
    public void Lookups_RandomNames_EqualASearchThroughAll(int seed, string prefix)
    {
        var random = new Random(seed);
        Dictionary<string, int> names = Enumerable.Range(0, 60)
            .Select(_ => prefix + NextName(random)).Distinct().Select((name, i) => (name, i))
            .ToDictionary(static pair => pair.name, pair => 300 + (seed == 1 ? pair.i : pair.i * 9 % 600));
        SpecialTokenTable table = FrozenVocabulary.OpenCopy(RandomVocabulary.Freeze(Bytes, names)).OpenSpecialTokens(0);

        Assert.Equal(names.Count, table.Count);
        Assert.Equal(names.Keys.Max(Encoding.UTF8.GetByteCount), table.MaxNameLength);
        foreach ((string name, int id) in names)
        {
            Assert.Equal(name, Encoding.UTF8.GetString(table.NameAt(table.IndexOf(id))));
        }

        for (int id = -1; id < 2_000; id++)
        {
            Assert.Equal(names.ContainsValue(id), table.IndexOf(id) >= 0);
        }

        for (int i = 0; i < 3_000; i++)
        {
            string text = (random.Next(9) == 0 ? "" : prefix) + NextName(random) + NextName(random);
            string? longest = names.Keys.Where(name => text.StartsWith(name, StringComparison.Ordinal)).MaxBy(
                static name => name.Length);
            int index = table.LongestPrefixOf(Encoding.UTF8.GetBytes(text));
            Assert.Equal(longest, index < 0 ? null : Encoding.UTF8.GetString(table.NameAt(index)));

            string start = text[..random.Next(1, text.Length)];
            Assert.Equal(
                names.Keys.Any(
                    name => name.Length > start.Length && name.StartsWith(start, StringComparison.Ordinal)),
                table.IsStartOfLongerName(Encoding.UTF8.GetBytes(start)));
        }
    }

    [Fact]
    public void Lookups_NoNames_FindNothing()
    {
        SpecialTokenTable table = FrozenVocabulary.OpenCopy(RandomVocabulary.Freeze(Bytes)).OpenSpecialTokens(0);

        Assert.Equal(0, table.Count);
        Assert.Equal(-1, table.LongestPrefixOf("a"u8));
        Assert.True(table.IndexOf(5) < 0);
        Assert.False(table.IsStartOfLongerName("a"u8));
        Assert.True(table.CommonPrefix.IsEmpty);
    }

    [Theory]
    [InlineData("", 300, "empty name")]
    [InlineData("x", 255, "ranked token's")]
    [InlineData("x", 0, "ranked token's")]
    [InlineData("x", -1, "ids must be 0 to 2147483646")]
    [InlineData("x", int.MaxValue, "ids must be 0 to 2147483646")]
    public void Build_BadToken_IsRefused(string name, int id, string problem)
    {
        Assert.Contains(problem, Refusal(new Dictionary<string, int> { [name] = id }), StringComparison.Ordinal);
    }

    [Fact]
    public void Build_NameThatIsNoText_IsRefused() => Assert.Contains(
        "lone surrogate", Refusal(new Dictionary<string, int> { ["x\uD800"] = 300 }), StringComparison.Ordinal);

    [Fact]
    public void Build_NameThatIsTooLong_IsRefused()
    {
        var names = new Dictionary<string, int> { [new string('x', SpecialTokenSection.MaxNameLength)] = 300 };
        Assert.NotEmpty(RandomVocabulary.Freeze(Bytes, names));

        // Two names of one id are no error.
        names.Add("y", 300);
        Assert.NotEmpty(RandomVocabulary.Freeze(Bytes, names));
        Assert.Contains(
            "at most 256",
            Refusal(new Dictionary<string, int> { [new string('x', SpecialTokenSection.MaxNameLength + 1)] = 300 }),
            StringComparison.Ordinal);
    }

    private static string Refusal(IReadOnlyDictionary<string, int> names) =>
        Assert.Throws<VocabularyException>(() => RandomVocabulary.Freeze(Bytes, names)).Message;

    private static string NextName(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(1, 6)).Select(_ => "ab<\u20AC"[random.Next(4)]));
}
