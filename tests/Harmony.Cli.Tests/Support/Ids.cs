using Harmony.Bpe;

namespace Harmony.Cli.Tests.Support;

/// <summary>Ids as the commands write them.</summary>
internal static class Ids
{
    public static BpeTokenizer Tokenizer => BpeTokenizer.O200kHarmony;

    public static int[] Of(byte[] utf8, EncodeOptions? options = null) =>
        Tokenizer.Encode(utf8, options ?? EncodeOptions.Ordinary);

    public static int[] Parse(string text) =>
        [.. text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];
}
