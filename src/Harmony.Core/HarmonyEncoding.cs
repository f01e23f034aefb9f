using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Harmony.Bpe;
using Harmony.Core.Rendering;

namespace Harmony.Core;

/// <summary>
/// The Harmony format over the o200k_harmony tokenizer: conversations to ids, completions back to messages.
/// One shared, immutable, thread-safe instance per dialect.
/// </summary>
public sealed partial class HarmonyEncoding
{
    /// <summary>The longest context, in ids.</summary>
    public const int MaxContextTokens = 1_048_576;

    /// <summary>The longest message, in ids; as long as the longest completion.</summary>
    public const int MaxMessageTokens = 524_288;

    // Plain arrays, so that loading the encoding does not load the immutable collections.
    private readonly int[] _stopIds = [FormatTokens.Return, FormatTokens.End, FormatTokens.Call];
    private readonly int[] _actionStopIds = [FormatTokens.Return, FormatTokens.Call];

    private HarmonyEncoding(
        HarmonyDialect dialect, BpeTokenizer tokenizer, FixedPieces pieces, RenderedSections sections)
    {
        Dialect = dialect;
        Tokenizer = tokenizer;
        Pieces = pieces;
        Sections = sections;
    }

    /// <summary>The format as openai-harmony writes and reads it.</summary>
    public static HarmonyEncoding OpenAI { get; } = Create(HarmonyDialect.OpenAI);

    /// <summary>The format as the fork oss-harmony writes and reads it.</summary>
    public static HarmonyEncoding OssHarmony { get; } =
        new(HarmonyDialect.OssHarmony, OpenAI.Tokenizer, OpenAI.Pieces, OpenAI.Sections);

    /// <summary>Which library's reading of the format counts where they differ.</summary>
    public HarmonyDialect Dialect { get; }

    /// <summary>The tokenizer.</summary>
    public BpeTokenizer Tokenizer { get; }

    /// <summary>The ids that end a message, ascending: return, end, call.</summary>
    public ImmutableArray<int> StopTokens => ImmutableCollectionsMarshal.AsImmutableArray(_stopIds);

    /// <summary>The ids at which sampling of the assistant's turn stops, ascending: return and
    /// call.</summary>
    public ImmutableArray<int> StopTokensForAssistantActions =>
        ImmutableCollectionsMarshal.AsImmutableArray(_actionStopIds);

    internal FixedPieces Pieces { get; }

    // Contents read the same in both dialects, which share what was rendered.
    internal RenderedSections Sections { get; }

    /// <summary>The encoding of a dialect.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is no dialect.</exception>
    public static HarmonyEncoding For(HarmonyDialect dialect) => dialect switch
    {
        HarmonyDialect.OpenAI => OpenAI,
        HarmonyDialect.OssHarmony => OssHarmony,
        _ => throw new ArgumentOutOfRangeException(nameof(dialect), dialect, "This value is no dialect."),
    };

    private static HarmonyEncoding Create(HarmonyDialect dialect)
    {
        BpeTokenizer tokenizer = BpeTokenizer.O200kHarmony;
        return new HarmonyEncoding(dialect, tokenizer, new FixedPieces(tokenizer), new RenderedSections());
    }
}
