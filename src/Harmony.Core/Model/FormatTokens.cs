namespace Harmony.Core;

/// <summary>The special ids that make up the format, fixed for o200k_harmony.</summary>
internal static class FormatTokens
{
    /// <summary>The first special id; all ids from here on are special, or no tokens.</summary>
    public const int FirstSpecial = 199998;

    public const int EndOfText = 199999;
    public const int Return = 200002;
    public const int Constrain = 200003;
    public const int Channel = 200005;
    public const int Start = 200006;
    public const int End = 200007;
    public const int Message = 200008;
    public const int Call = 200012;

    public const string ChannelText = "<|channel|>";
    public const string ConstrainText = "<|constrain|>";

    /// <summary>Whether an id ends a message.</summary>
    public static bool IsStop(int id) => id is Return or End or Call;

    /// <summary>Whether an id is an ordinary token: neither special nor unknown.</summary>
    public static bool IsOrdinary(int id) => (uint)id < FirstSpecial;

    /// <summary>Whether a header's ids, without its start and message markers, are ordinary tokens and the
    /// markers that a header may have. Any other special id would be structure in a prompt.</summary>
    public static bool IsCleanHeader(ReadOnlySpan<int> ids)
    {
        foreach (int id in ids)
        {
            if (!IsOrdinary(id) && id is not (Channel or Constrain))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether a content's ids, with or without a stop token at their end, are ordinary tokens.
    /// A special id would be structure in a prompt, and an unknown one can't stand in any.</summary>
    public static bool IsCleanContent(ReadOnlySpan<int> ids)
    {
        ids = ids is [.., int last] && IsStop(last) ? ids[..^1] : ids;
        return !ids.ContainsAnyExceptInRange(0, FirstSpecial - 1);
    }
}
