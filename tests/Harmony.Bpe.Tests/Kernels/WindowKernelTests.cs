using System.Text;
using Harmony.Bpe.Kernels;
using Harmony.Bpe.Tests.Generators;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Tests.Kernels;

/// <summary>The vector kernels against the scalar one.</summary>
public sealed unsafe class WindowKernelTests
{
    private const int Length = IWindowKernel.WindowLength;

    [Fact]
    public void Classify_EveryCodePoint_EqualsScalar()
    {
        Span<byte> window = stackalloc byte[Length + IWindowKernel.ReadPast];
        Span<byte> rune = stackalloc byte[4];
        for (int codePoint = 0; codePoint < 0x110000; codePoint++)
        {
            if (!Rune.IsValid(codePoint))
            {
                continue;
            }

            // Each at another place in the window, so that all places and truncated characters occur.
            window.Fill((byte)'a');
            int length = new Rune(codePoint).EncodeToUtf8(rune);
            rune[..length].CopyTo(window[(codePoint % (Length - 1))..]);
            AssertEqual(window);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Classify_RandomWindows_EqualsScalar(int seed)
    {
        var generator = new EdgeTextGenerator(2000 + seed);
        for (int i = 0; i < 3000; i++)
        {
            byte[] utf8 = [.. generator.NextUtf8(runs: 30, wellFormed: seed == 1), .. new byte[Length + IWindowKernel.ReadPast]];
            for (int start = 0; start + Length + IWindowKernel.ReadPast <= utf8.Length; start += 7)
            {
                AssertEqual(utf8.AsSpan(start, Length + IWindowKernel.ReadPast));
            }
        }
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
    public void Classify_IllFormed_BytesStandAlone(string hex)
    {
        byte[] illFormed = Convert.FromHexString(hex);
        for (int at = 1; at + illFormed.Length < Length; at++)
        {
            var window = new byte[Length + IWindowKernel.ReadPast];
            Array.Fill(window, (byte)'a');
            illFormed.CopyTo(window, at);

            ulong others = ((1UL << illFormed.Length) - 1) << at;
            Assert.Equal(others, AssertEqual(window).Other);
        }
    }

    /// <summary>Noise: hardly any window is well-formed.</summary>
    [Theory]
    [InlineData(0x80, 0x100)]
    [InlineData(0xC0, 0x100)]
    [InlineData(0x00, 0x100)]
    [InlineData(0xE0, 0xF8)]
    public void Classify_RandomBytes_EqualsScalar(int least, int most)
    {
        var random = new Random(1);
        var window = new byte[Length + IWindowKernel.ReadPast];
        for (int i = 0; i < 20_000; i++)
        {
            for (int at = 0; at < window.Length; at++)
            {
                window[at] = (byte)(random.Next(2) == 0 ? random.Next(least, most) : random.Next(0x80, 0xC0));
            }

            AssertEqual(window);
        }
    }

    private static ClassMasks AssertEqual(ReadOnlySpan<byte> window)
    {
        ClassMasks expected = Classify<ScalarWindowKernel>(window);
        AssertEqual<Vector256WindowKernel>(window, expected);
        AssertEqual<Vector128WindowKernel>(window, expected);
        if (Avx512WindowKernel.IsSupported)
        {
            AssertEqual<Avx512WindowKernel>(window, expected);
        }

        return expected;
    }

    private static void AssertEqual<TKernel>(ReadOnlySpan<byte> window, ClassMasks expected)
        where TKernel : struct, IWindowKernel
    {
        if (!Classify<TKernel>(window).Equals(expected))
        {
            Assert.Fail($"{typeof(TKernel).Name} differs from the definition in {Convert.ToHexString(window)}");
        }
    }

    private static ClassMasks Classify<TKernel>(ReadOnlySpan<byte> window)
        where TKernel : struct, IWindowKernel
    {
        fixed (byte* bytes = window)
        {
            TKernel.Classify(bytes, FrozenVocabulary.Embedded.Classes, out ClassMasks masks);
            return masks;
        }
    }
}
