using Harmony.Bpe;

namespace Harmony.Core.Tests;

public class HarmonyEncodingTests
{
    [Fact]
    public void Encoding_Facts_AreTheModels()
    {
        Assert.Equal(524_288, HarmonyEncoding.MaxMessageTokens);
        Assert.Equal([200_002, 200_007, 200_012], HarmonyEncoding.OpenAI.StopTokenIds);
        Assert.Equal([200_002, 200_012], HarmonyEncoding.OpenAI.AssistantStopTokenIds);
        Assert.Same(HarmonyEncoding.OssHarmony, HarmonyEncoding.For(HarmonyDialect.OssHarmony));
        Assert.Same(HarmonyEncoding.OpenAI, HarmonyEncoding.For(HarmonyDialect.OpenAI));
        Assert.Throws<ArgumentOutOfRangeException>(() => HarmonyEncoding.For((HarmonyDialect)9));
    }

    [Fact]
    public void Encode_SpecialText_IsRefusedUnlessAllowed()
    {
        Assert.Throws<SpecialTokenException>(() => HarmonyEncoding.OpenAI.Encode("<|end|>"));
        Assert.Equal([200_007], HarmonyEncoding.OpenAI.Encode("<|end|>", EncodeOptions.AllSpecial));
        Assert.Equal("<|end|>hi", HarmonyEncoding.OpenAI.DecodeStrict(
            [200_007, .. HarmonyEncoding.OpenAI.Encode("hi", EncodeOptions.Ordinary)]));
    }

    [Theory]
    [InlineData("user", Role.User)]
    [InlineData("assistant", Role.Assistant)]
    [InlineData("system", Role.System)]
    [InlineData("developer", Role.Developer)]
    [InlineData("tool", Role.Tool)]
    public void RoleWords_EveryRole_HasItsWord(string word, Role role)
    {
        Assert.Equal(role, RoleExtensions.Parse(word));
        Assert.Equal(word, role.ToWord());
    }

    [Theory]
    [InlineData("User")]
    [InlineData("")]
    [InlineData("robot")]
    public void RoleWords_OtherWord_IsRefused(string word)
    {
        Assert.False(RoleExtensions.TryParse(word, out _));
        var e = Assert.Throws<HarmonyValueException>(() => RoleExtensions.Parse(word));
        Assert.Equal(word, e.Value);
        Assert.Contains($"Unknown role: {word}", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_ManyThreads_GiveTheSameIds()
    {
        Conversation chat = BenchInputs.ReadConversation("medium");
        int[] expected = BenchInputs.ReadPrompt("medium");
        Parallel.For(0, 64, _ => Assert.Equal(expected, HarmonyEncoding.OpenAI.RenderForCompletion(chat)));
    }
}
