using Harmony.Bpe;
using Harmony.Core;

namespace InferenceServer.Playground;

/// <summary>Completions to messages, and what happens on the way.</summary>
internal static class Parsing
{
    /// <summary>The most ids that are read at a time: each may have an event.</summary>
    public const int MaxIds = 32_768;

    public static ParseResponse Parse(ParseRequest request)
    {
        HarmonyEncoding encoding = Rendering.EncodingOf(request.Dialect);
        int[] ids = ReadIds(request, encoding);
        Role? role = Rendering.RoleOf(request.Role)
            ?? (ids is [int first, ..] && first == Rendering.StartOf(encoding) ? null : Role.Assistant);
        var events = new List<ParseEvent>();
        (Message[] messages, string? finish) = request.Mode is "strict" or "lenient"
            ? StrictRun.Read(ids, encoding, role, request.Mode == "strict", events)
            : ResilientRun.Read(ids, encoding, OptionsOf(request, role), events);
        return new ParseResponse(
            ids,
            Tokenizing.LengthsOf(ids, encoding.Tokenizer),
            encoding.Tokenizer.DecodeBytes([.. ids.Where(id => encoding.Tokenizer.TryGetTokenBytes(id, out _))]),
            [.. events],
            messages,
            finish);
    }

    private static int[] ReadIds(ParseRequest request, HarmonyEncoding encoding)
    {
        int[] ids = request switch
        {
            { Tokens: not null, Text: null } => request.Tokens,
            { Text: not null, Tokens: null } => encoding.Encode(request.Text, EncodeOptions.AllSpecial),
            _ => throw new PlaygroundException("There is either text or tokens.", "text"),
        };
        return ids.Length <= MaxIds ? ids : throw new PlaygroundException(
            $"The completion has {ids.Length:N0} ids; at most {MaxIds:N0} are read here.", "text");
    }

    private static HarmonyParserOptions OptionsOf(ParseRequest request, Role? role)
    {
        _ = PlaygroundException.Choose("mode", request.Mode, ("resilient", 0), ("strict", 1), ("lenient", 2));
        try
        {
            return new HarmonyParserOptions
            {
                Role = role,
                DeclaredTools = request.Tools is null
                    ? null
                    : ToolNamespaceCollection.Parse(System.Text.Encoding.UTF8.GetBytes(request.Tools)),
                StopStrings = [.. (request.Stop ?? []).Select(static text => new StopString(text, Channel: null))],
                SkipStrayText = request.SkipStrayText,
            };
        }
        catch (HarmonyJsonException e)
        {
            throw Rendering.Malformed(e, "tools");
        }
    }
}
