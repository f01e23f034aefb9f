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
}
