namespace Harmony.Core.Json;

/// <summary>Orders strings by code points, as UTF-8 bytes sort. Ordinal order differs from it where a
/// surrogate meets a char from U+E000 on: the surrogate stands for the greater code point but is the smaller
/// char.</summary>
internal sealed class CodePointOrder : IComparer<string>
{
    public static readonly CodePointOrder Instance = new();

    public int Compare(string? x, string? y)
    {
        int shared = x.AsSpan().CommonPrefixLength(y);
        if (x is null || y is null || shared == x.Length || shared == y.Length)
        {
            return (x?.Length ?? 0).CompareTo(y?.Length ?? 0);
        }

        return Weight(x[shared]).CompareTo(Weight(y[shared]));
    }

    private static int Weight(char c) => char.IsSurrogate(c) ? c + 0x10000 : c;
}
