using System.Text;
using Harmony.Bpe;
using Harmony.Bpe.Tests.Oracles;
using Harmony.Fuzz.Inputs;

namespace Harmony.Fuzz.Targets;

/// <summary>Short texts against the textbook, with some special tokens allowed.</summary>
internal sealed class OracleTarget : IFuzzTarget
{
    private static readonly string[] Names = [.. TextbookTokenizer.O200kHarmony.SpecialTokens.Keys.Order(StringComparer.Ordinal)];

    public string Name => "oracle";

    public void Run(FuzzCase one)
    {
        byte[] utf8 = TextMaker.Next(one, maxLength: 700);
        one.Note("text", utf8);
        string[] allowed = [.. Names.Where(name => name.Length < 14 ? one.OneIn(2) : one.OneIn(500))];
        EncodeOptions options = EncodeOptions.Allow(allowed) with { OtherSpecial = SpecialTextHandling.Ordinary };
        List<int> expected = TextbookTokenizer.O200kHarmony.Encode(utf8, allowed.ToHashSet());
        FuzzException.ThrowUnlessEqual<int>(
            [.. expected], BpeTokenizer.O200kHarmony.Encode(utf8, options), "against the textbook");
        AssertRefusal(utf8, allowed);
    }

    private static void AssertRefusal(byte[] utf8, string[] allowed)
    {
        int first = Names.Except(allowed).Select(name => utf8.AsSpan().IndexOf(Encoding.UTF8.GetBytes(name)))
            .Where(static at => at >= 0).DefaultIfEmpty(-1).Min();
        try
        {
            BpeTokenizer.O200kHarmony.Count(utf8, EncodeOptions.Allow(allowed));
            FuzzException.ThrowUnless(first < 0, "refused text was taken");
        }
        catch (SpecialTokenException e)
        {
            FuzzException.ThrowUnless(e.Index == first, $"refused at {e.Index}, not at {first}");
        }
    }
}
