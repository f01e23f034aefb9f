using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Harmony.Bpe;

namespace Harmony.Core;

/// <summary>
/// The Harmony format over the o200k_harmony tokenizer: renders conversations to ids and parses completions
/// to messages. There is one instance for each dialect. Immutable and thread-safe.
/// </summary>
/// <example><code>
/// HarmonyEncoding encoding = HarmonyEncoding.OpenAI;
/// int[] prompt = encoding.RenderForCompletion([Message.User("Hi")]);
/// // … sample until one of encoding.AssistantStopTokenIds …
/// ValueList&lt;Message&gt; answer = encoding.ParseMessages(completion, Role.Assistant);
/// </code></example>
public sealed partial class HarmonyEncoding
{
    /// <summary>The most ids of a message, and of a completion.</summary>
    public const int MaxMessageTokens = 524_288;

    // Made when first needed, so that loading the encoding stays cheap; if two threads make one, either will
    // do. Plain arrays, so that System.Collections.Immutable is not loaded.
    private int[]? _stopIds;
    private int[]? _actionStopIds;

    private HarmonyEncoding(HarmonyDialect dialect)
    {
        Dialect = dialect;
        Tokenizer = BpeTokenizer.O200kHarmony;
    }

    /// <summary>Gets the format as openai-harmony writes and reads it.</summary>
    public static HarmonyEncoding OpenAI { get; } = new(HarmonyDialect.OpenAI);

    /// <summary>Gets the format as the fork oss-harmony writes and reads it.</summary>
    public static HarmonyEncoding OssHarmony { get; } = new(HarmonyDialect.OssHarmony);

    /// <summary>Gets whose reading of the format applies where the libraries differ.</summary>
    public HarmonyDialect Dialect { get; }

    /// <summary>Gets the tokenizer.</summary>
    public BpeTokenizer Tokenizer { get; }

    /// <summary>Gets the ids that end a message, ascending: <c>&lt;|return|&gt;</c>, <c>&lt;|end|&gt;</c>,
    /// <c>&lt;|call|&gt;</c>.</summary>
    public ImmutableArray<int> StopTokenIds => ImmutableCollectionsMarshal.AsImmutableArray(
        _stopIds ??= [FormatTokens.Return, FormatTokens.End, FormatTokens.Call]);

    /// <summary>Gets the ids at which sampling of the assistant's turn stops, ascending:
    /// <c>&lt;|return|&gt;</c>, <c>&lt;|call|&gt;</c>.</summary>
    public ImmutableArray<int> AssistantStopTokenIds =>
        ImmutableCollectionsMarshal.AsImmutableArray(
            _actionStopIds ??= [FormatTokens.Return, FormatTokens.Call]);

    /// <summary>Returns the encoding of a dialect.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is no dialect.</exception>
    public static HarmonyEncoding For(HarmonyDialect dialect) => dialect switch
    {
        HarmonyDialect.OpenAI => OpenAI,
        HarmonyDialect.OssHarmony => OssHarmony,
        _ => throw new ArgumentOutOfRangeException(nameof(dialect), dialect, "This value is no dialect."),
    };
}
