using System.Text;
using Harmony.Bpe.Kernels;
using Harmony.Bpe.Tests.Generators;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Tests.Kernels;

/// <summary>The vector kernels against the scalar one, which goes character by character.</summary>
public sealed unsafe class WindowKernelTests
{
    private const int Length = IWindowKernel.WindowLength;

    [Fact]
    public void TryClassify_EveryCodePoint_EqualsScalar()
    {
        Span<byte> window = stackalloc byte[Length + IWindowKernel.ReadBehind];
        Span<byte> rune = stackalloc byte[4];
        for (int codePoint = 0; codePoint < 0x110000; codePoint++)
        {
            if (!Rune.IsValid(codePoint))
            {
                continue;
            }

            // Another place in the window for each, so that all places and cut ends occur.
            window.Fill((byte)'a');
            int length = new Rune(codePoint).EncodeToUtf8(rune);
            rune[..length].CopyTo(window[(codePoint % (Length - 1))..]);
            AssertEqual(window);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void TryClassify_RandomWindows_EqualsScalar(int seed)
    {
        var generator = new EdgeTextGenerator(2000 + seed);
        int accepted = 0;
        for (int i = 0; i < 3000; i++)
        {
            byte[] utf8 = [.. generator.NextUtf8(runs: 30, wellFormed: seed == 1), .. new byte[Length + IWindowKernel.ReadBehind]];
            for (int start = 0; start + Length + IWindowKernel.ReadBehind <= utf8.Length; start += 7)
            {
                accepted += AssertEqual(utf8.AsSpan(start, Length + IWindowKernel.ReadBehind)) ? 1 : 0;
            }
        }

        Assert.True(accepted > 3000, $"only {accepted} windows were well-formed");
    }

    [Theory]
    [InlineData("C080")]
    [InlineData("C1BF")]
    [InlineData("E08080")]
    [InlineData("E09FBF")]
    [InlineData("EDA080")]
    [InlineData("EDBFBF")]
    [InlineData("F0808080")]
    [InlineData("F08FBFBF")]
    [InlineData("F4908080")]
    [InlineData("F5808080")]
    [InlineData("F888808080")]
    [InlineData("80")]
    [InlineData("C3")]
    [InlineData("E282")]
    [InlineData("F09F98")]
    [InlineData("FF")]
    public void TryClassify_IllFormed_IsRefusedByAll(string hex)
    {
        byte[] illFormed = Convert.FromHexString(hex);
        for (int at = 1; at + illFormed.Length < Length; at++)
        {
            var window = new byte[Length + IWindowKernel.ReadBehind];
            Array.Fill(window, (byte)'a');
            illFormed.CopyTo(window, at);
            Assert.False(AssertEqual(window), $"{hex} at {at} was accepted");
        }
    }

    private static bool AssertEqual(ReadOnlySpan<byte> window)
    {
        bool isWellFormed = Classify<ScalarWindowKernel>(window, out ClassMasks expected);
        AssertEqual<Vector256WindowKernel>(window, isWellFormed, expected);
        if (Avx512WindowKernel.IsSupported)
        {
            AssertEqual<Avx512WindowKernel>(window, isWellFormed, expected);
        }

        return isWellFormed;
    }

    private static void AssertEqual<TKernel>(ReadOnlySpan<byte> window, bool isWellFormed, ClassMasks expected)
        where TKernel : struct, IWindowKernel
    {
        bool accepted = Classify<TKernel>(window, out ClassMasks actual);
        if (accepted != isWellFormed || (accepted && !actual.Equals(expected)))
        {
            Assert.Fail($"{typeof(TKernel).Name} differs from the definition in {Convert.ToHexString(window)}");
        }
    }

    private static bool Classify<TKernel>(ReadOnlySpan<byte> window, out ClassMasks masks)
        where TKernel : struct, IWindowKernel
    {
        fixed (byte* bytes = window)
        {
            return TKernel.TryClassify(bytes, FrozenVocabulary.Embedded.Classes, out masks);
        }
    }
}
