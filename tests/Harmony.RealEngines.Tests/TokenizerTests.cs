using System.Globalization;
using System.Text;
using Harmony.Bpe;
using Harmony.RealEngines.Tests.Support;
using Harmony.Tests;

namespace Harmony.RealEngines.Tests;

/// <summary>Our ids beside those of llama.cpp's own tokenizer, which differ: prompts are given as
/// ids.</summary>
[Collection(nameof(LlamaCppTests))]
public sealed class TokenizerTests(LlamaCpp engine)
{
    private const string Marked = "arabic_hebrew_indic_thai.txt.gz";

    public static TheoryData<string> Corpora =>
        [.. Directory.GetFiles(RepositoryFiles.PathOf("tests/Corpora"), "*.gz")
            .Select(static file => Path.GetFileName(file)).Where(static name => name != Marked).Order()];

    [Theory]
    [MemberData(nameof(Corpora))]
    public void Tokenize_ACorpus_GivesOurIds(string corpus)
    {
        string text = Read(corpus);

        Assert.Equal(Ours(text), Theirs(text));
    }

    [Fact]
    public void Tokenize_ArabicHebrewIndicThaiWithoutMarks_GivesOurIds()
    {
        string text = string.Join('\n', Read(Marked).Split('\n').Where(static line => !HasMark(line)));

        Assert.InRange(text.Length, 10_000, int.MaxValue);
        Assert.Equal(Ours(text), Theirs(text));
    }

    /// <summary>llama.cpp's pattern drops \p{M}: a word is cut at each of its marks. Of all such lines of
    /// this text 944 of 1,003 differ; the test takes every tenth.</summary>
    [Fact]
    public void Tokenize_ArabicHebrewIndicThaiWithMarks_GivesOtherIds()
    {
        string[] lines = [.. Read(Marked).Split('\n').Where(HasMark).Where(static (_, i) => i % 10 == 0)];

        int different = lines.Count(line => !Theirs(line).AsSpan().SequenceEqual(Ours(line)));

        Assert.InRange(different, lines.Length * 8 / 10, lines.Length);
    }

    [Fact]
    public void Tokenize_GreetingInHindi_GivesNineIdsInsteadOfFive()
    {
        Assert.Equal(5, Ours("नमस्ते दुनिया").Length);
        Assert.Equal(9, Theirs("नमस्ते दुनिया").Length);
    }

    [Fact]
    public void Tokenize_SpecialTokenThatAUserTyped_GivesTheSpecialId()
    {
        Assert.Equal([200005], Theirs("<|channel|>"));
        Assert.DoesNotContain(200005, Ours("<|channel|>"));
    }

    private static string Read(string corpus) =>
        Encoding.UTF8.GetString(RepositoryFiles.ReadGzip($"tests/Corpora/{corpus}"));

    private static bool HasMark(string line) =>
        line.EnumerateRunes().Any(static rune => Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.NonSpacingMark
            or UnicodeCategory.SpacingCombiningMark
            or UnicodeCategory.EnclosingMark);

    private static int[] Ours(string text) => BpeTokenizer.O200kHarmony.Encode(text, EncodeOptions.Ordinary);

    private int[] Theirs(string text) => Array.ConvertAll(
        engine.Model.Tokenize(text, add_bos: false, special: false, Encoding.UTF8), static id => (int)id);
}
