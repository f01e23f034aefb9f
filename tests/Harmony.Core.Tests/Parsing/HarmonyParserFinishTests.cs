using Harmony.Bpe;

namespace Harmony.Core.Tests.Parsing;

/// <summary>Why completions end.</summary>
public class HarmonyParserFinishTests
{
    private static readonly HarmonyEncoding Harmony = HarmonyEncoding.OpenAI;

    [Theory]
    [InlineData("<|channel|>final<|message|>a<|return|>", HarmonyFinishReason.Stop)]
    [InlineData("<|channel|>final<|message|>a<|end|>", HarmonyFinishReason.Stop)]
    [InlineData("<|channel|>final<|message|>a<|endoftext|>", HarmonyFinishReason.Stop)]
    [InlineData("<|channel|>final<|message|>a", HarmonyFinishReason.Incomplete)]
    [InlineData("<|channel|>final<|message|>a<|return|> junk", HarmonyFinishReason.Stop)]
    [InlineData("<|channel|>final", HarmonyFinishReason.Incomplete)]
    [InlineData("", HarmonyFinishReason.Incomplete)]
    [InlineData("<|channel|>analysis<|message|>a<|end|>", HarmonyFinishReason.Incomplete)]
    [InlineData("<|channel|>commentary<|message|>a<|end|>", HarmonyFinishReason.Incomplete)]
    [InlineData("<|channel|>analysis<|message|>a<|end|><|return|>", HarmonyFinishReason.Stop)]
    [InlineData("<|channel|>analysis<|message|>a<|end|><|start|>assistant<|return|>", HarmonyFinishReason.Stop)]
    [InlineData("<|channel|>analysis<|message|>a<|return|>", HarmonyFinishReason.Stop)]
    [InlineData("<|channel|>final<|message|>a<|end|><|start|>assistant", HarmonyFinishReason.Incomplete)]
    [InlineData("<|channel|>commentary to=functions.f<|message|>{}<|call|>", HarmonyFinishReason.ToolCalls)]
    [InlineData("<|channel|>commentary to=functions.f<|message|>{}<|end|>", HarmonyFinishReason.ToolCalls)]
    [InlineData("<|channel|>analysis to=python<|message|>1<|call|>", HarmonyFinishReason.ToolCalls)]
    [InlineData("<|channel|>commentary to=functions.f<|call|>", HarmonyFinishReason.ToolCalls)]
    [InlineData("<|channel|>commentary to=functions.f<|message|>{", HarmonyFinishReason.Incomplete)]
    [InlineData("<|channel|>commentary to=functions.f", HarmonyFinishReason.Incomplete)]
    [InlineData("<|channel|>commentary to=user<|message|>a<|call|>", HarmonyFinishReason.Stop)]
    [InlineData("<|channel|>final<|message|>a STOP b<|return|>", HarmonyFinishReason.StopString)]
    [InlineData("<|channel|>final<|message|>a STOP", HarmonyFinishReason.StopString)]
    [InlineData("<|message|>a<|end|>", HarmonyFinishReason.Stop)]
    [InlineData("Hello<|return|>", HarmonyFinishReason.Stop)]
    [InlineData("Hello", HarmonyFinishReason.Incomplete)]
    public void FinishReason_OfACompletion_IsHowItsLastMessageEnded(
        string completion, HarmonyFinishReason reason)
    {
        var parser = new HarmonyParser(Harmony, new HarmonyParserOptions { StopStrings = ["STOP"] });
        SegmentLog.Of(parser, Harmony.Tokenizer.Encode(completion, EncodeOptions.AllSpecial));
        Assert.Equal(reason, parser.FinishReason);
        parser.Reset();
        Assert.Equal(HarmonyFinishReason.Incomplete, parser.FinishReason);
    }
}
