using System.Text;
using Harmony.Core.Parsing;

namespace Harmony.Core.Tests.Parsing;

/// <summary>Strings of tokens that share a place.</summary>
public sealed class TokenTextsTests
{
    [Fact]
    public void Find_TokensThatShareAPlace_ReturnsTheTextOfItsOwn()
    {
        Assert.Equal("first", TokenTexts.Add(5, "first"u8));
        Assert.Equal("second", TokenTexts.Add(5 + 4096, "second"u8));

        Assert.Null(TokenTexts.Find(5));
        Assert.Equal("second", TokenTexts.Find(5 + 4096));

        // Other tests read tokens too.
        TokenTexts.Add(5 + 4096, HarmonyEncoding.OpenAI.Tokenizer.GetTokenBytes(5 + 4096));
    }

    [Fact]
    public void LastContentDelta_AllTokensOfOnePlace_AreTheTokensTexts()
    {
        HarmonyEncoding encoding = HarmonyEncoding.OpenAI;
        for (int id = 1234; id < 199_998; id += 4096)
        {
            var parser = new StreamableParser(encoding, Role.Assistant);
            parser.Process(200_008);
            parser.Process(id);
            byte[] utf8 = encoding.Tokenizer.GetTokenBytes(id).ToArray();

            Assert.Equal(Encoding.UTF8.GetString(utf8), parser.LastContentDelta);
            Assert.Equal(Encoding.UTF8.GetString(utf8), parser.LastContentDelta);
        }
    }
}
