using Harmony.Bpe;
using Harmony.Core;

namespace Harmony.Engines.Turns;

/// <summary>Begins the call that a model must make.</summary>
internal static class RequiredCall
{
    /// <summary>Makes the beginning of a call as a model samples it: a message without text, whose sampled
    /// ids are its header.</summary>
    /// <param name="encoding">The encoding.</param>
    /// <param name="tool">The tool, with its namespace.</param>
    /// <exception cref="ArgumentException">The name cannot stand in a header.</exception>
    public static Message Begin(HarmonyEncoding encoding, string tool)
    {
        CheckName(encoding, tool);
        var parser = new HarmonyParser(encoding);
        parser.Push(SpecialIds.Of(encoding, "<|channel|>"));
        parser.Push(encoding.Encode($"{Channels.Commentary} to={tool} ", EncodeOptions.Ordinary));
        parser.Push(SpecialIds.Of(encoding, "<|constrain|>json<|message|>"));
        parser.Complete();
        return parser.Messages is [Message call] && call.Recipient == tool && !call.SampledIds.IsEmpty
            ? call
            : throw Refusal(tool);
    }

    private static void CheckName(HarmonyEncoding encoding, string tool)
    {
        if (tool == "all" || RoleExtensions.TryParse(tool, out _))
        {
            throw Refusal(tool);
        }

        try
        {
            encoding.CountIds([Message.ToolCall(tool, "")]);
        }
        catch (HarmonyRenderException forgery)
        {
            throw Refusal(tool, forgery);
        }
    }

    private static ArgumentException Refusal(string tool, Exception? inner = null) => new(
        $"{nameof(TurnOptions.RequiredTool)} is '{tool}', which cannot stand in a header. Write the "
        + "namespace and the name: functions.get_weather.",
        inner);
}
