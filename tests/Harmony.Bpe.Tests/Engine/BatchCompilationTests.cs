using System.Runtime.CompilerServices;
using Harmony.Bpe.Engine;
using Harmony.Bpe.Tests.Oracles;

namespace Harmony.Bpe.Tests.Engine;

/// <summary>The code for batches, compiled beside the first calls of a process.</summary>
public sealed class BatchCompilationTests
{
    /// <summary>Every test is to meet the code for batches, not what a process has until it is compiled.</summary>
    [ModuleInitializer]
    internal static void CompileFirst() => BatchCompilation.Run();

    [Fact]
    public void IsDoneFor_AfterRun_IsTrueForAnyText()
    {
        BatchCompilation.Run();

        Assert.True(BatchCompilation.IsDoneFor(0));
        Assert.True(BatchCompilation.IsDoneFor(1_000_000));
    }

    [Fact]
    public void SampleText_Encoded_EqualsTextbook() => Assert.Equal(
        TextbookTokenizer.O200kHarmony.Encode(TextbookUtf8.Encode(BatchCompilation.SampleText())),
        BpeTokenizer.O200kHarmony.Encode(BatchCompilation.SampleText(), EncodeOptions.Ordinary));

    [Fact]
    public void WarmUp_WordOfTheSampleAsSpecialToken_IsNotRefused() => BpeTokenizer.O200kBase
        .WithSpecialTokens([new SpecialToken("fox", 200_500)]).WarmUp();

    [Fact]
    public void WarmUp_AnyTokenizer_ChangesNoIds()
    {
        int[] before = BpeTokenizer.O200kBase.Encode("Hello, wörld!");
        BpeTokenizer.O200kBase.WarmUp();
        BpeTokenizer.O200kBase.WarmUp();

        Assert.Equal(before, BpeTokenizer.O200kBase.Encode("Hello, wörld!"));
    }
}
