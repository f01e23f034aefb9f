namespace Harmony.Core;

public sealed partial class HarmonyEncoding
{
    private static readonly RenderOptions AsBegun = RenderOptions.Continuation with { CheckHeaders = false };

    /// <summary>Renders a message as the end of a prompt that the model continues, whatever its header
    /// says.</summary>
    internal int[] RenderBegun(Message message) => Render([message], AsBegun);
}
