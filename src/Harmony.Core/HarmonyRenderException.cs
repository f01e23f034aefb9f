namespace Harmony.Core;

/// <summary>A message cannot be written in the format. Nothing was written to the caller's buffer.</summary>
public sealed class HarmonyRenderException : HarmonyException
{
    internal HarmonyRenderException(string message, int? messageIndex, string value, string expected)
        : base(messageIndex is int index ? $"{message} (message {index})." : $"{message}.")
    {
        MessageIndex = messageIndex;
        Value = value;
        Expected = expected;
    }

    /// <summary>The field of the message's header at fault, as JSON names it: <c>name</c>,
    /// <c>recipient</c>, <c>channel</c> or <c>content_type</c>; null if it is not the header. Such headers are
    /// refused only while <see cref="RenderOptions.CheckHeaders"/> is on.</summary>
    public string? Field { get; internal init; }

    internal static HarmonyRenderException SchemaTooLong(string what, int maxLength, int? messageIndex) => new(
        $"The type of {what} is longer than {maxLength} bytes, the limit of {nameof(RenderOptions)}."
        + nameof(RenderOptions.MaxSchemaLength),
        messageIndex, what, $"a schema whose type has at most {maxLength} bytes");
}
