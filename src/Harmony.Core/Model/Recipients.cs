namespace Harmony.Core;

/// <summary>How headers name whom a message goes to.</summary>
internal static class Recipients
{
    /// <summary>Comes before a recipient in a header.</summary>
    public const string Prefix = "to=";

    /// <summary>Everybody, which is what a header without a recipient means.</summary>
    public const string All = "all";
}
