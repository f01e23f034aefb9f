using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Harmony.Bpe;

namespace Harmony.Core;

/// <summary>
/// The Harmony format over the o200k_harmony tokenizer: conversations to ids, completions back to messages.
/// One shared, immutable, thread-safe instance per dialect.
/// </summary>
public sealed partial class HarmonyEncoding
{
    /// <summary>The longest message, in ids; as long as the longest completion.</summary>
    public const int MaxMessageTokens = 524_288;

    // Made when they are first needed, so that loading the encoding stays cheap; if two threads make one,
    // either is as good. Plain arrays, so that it does not load the immutable collections.
    private int[]? _stopIds;
    private int[]? _actionStopIds;

    private HarmonyEncoding(HarmonyDialect dialect)
    {
        Dialect = dialect;
        Tokenizer = BpeTokenizer.O200kHarmony;
    }

    /// <summary>The format as openai-harmony writes and reads it.</summary>
    public static HarmonyEncoding OpenAI { get; } = new(HarmonyDialect.OpenAI);

    /// <summary>The format as the fork oss-harmony writes and reads it.</summary>
    public static HarmonyEncoding OssHarmony { get; } = new(HarmonyDialect.OssHarmony);

    /// <summary>Which library's reading of the format decides where they differ.</summary>
    public HarmonyDialect Dialect { get; }

    /// <summary>The tokenizer.</summary>
    public BpeTokenizer Tokenizer { get; }

    /// <summary>The ids that end a message, ascending: return, end, call.</summary>
    public ImmutableArray<int> StopTokenIds => ImmutableCollectionsMarshal.AsImmutableArray(
        _stopIds ??= [FormatTokens.Return, FormatTokens.End, FormatTokens.Call]);

    /// <summary>The ids at which sampling of the assistant's turn stops, ascending: return and
    /// call.</summary>
    public ImmutableArray<int> AssistantStopTokenIds =>
        ImmutableCollectionsMarshal.AsImmutableArray(
            _actionStopIds ??= [FormatTokens.Return, FormatTokens.Call]);

    /// <summary>Finds the encoding of a dialect.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is no dialect.</exception>
    public static HarmonyEncoding For(HarmonyDialect dialect) => dialect switch
    {
        HarmonyDialect.OpenAI => OpenAI,
        HarmonyDialect.OssHarmony => OssHarmony,
        _ => throw new ArgumentOutOfRangeException(nameof(dialect), dialect, "This value is no dialect."),
    };
}
