using Harmony.Core;

namespace InferenceServer.Playground;

/// <summary>A completion read by <see cref="HarmonyParser"/>, which no ids break.</summary>
internal static class ResilientRun
{
    public static (Message[] Messages, string Finish) Read(
        int[] ids, HarmonyEncoding encoding, HarmonyParserOptions options, List<ParseEvent> events)
    {
        HarmonyParser parser = Create(encoding, options);
        for (int i = 0; i < ids.Length; i++)
        {
            parser.Push(ids[i]);
            AddEvents(parser, i + 1, events);
        }

        parser.Complete();
        AddEvents(parser, ids.Length + 1, events);
        return ([.. parser.Messages], SnakeCase.Of(parser.FinishReason));
    }

    private static HarmonyParser Create(HarmonyEncoding encoding, HarmonyParserOptions options)
    {
        try
        {
            return new HarmonyParser(encoding, options);
        }
        catch (ArgumentException e)
        {
            throw new PlaygroundException(e.Message, "stop");
        }
    }

    private static void AddEvents(HarmonyParser parser, int at, List<ParseEvent> events)
    {
        while (parser.TryRead(out HarmonySegment segment))
        {
            bool isDiagnostic = segment.Kind == HarmonySegmentKind.Diagnostic;
            var happened = new ParseEvent
            {
                At = at,
                Kind = KindOf(segment.Kind),
                Message = segment.MessageIndex,
                Text = isDiagnostic ? segment.DiagnosticText : segment.Text,
                Diagnostic = isDiagnostic ? SnakeCase.Of(segment.Diagnostic) : null,
                Start = segment.IdIndex,
                Count = segment.Ids.Length,
            };
            events.Add(segment.Kind != HarmonySegmentKind.HeaderComplete ? happened : happened with
            {
                Role = segment.Role?.ToWord(),
                Name = segment.AuthorName,
                Channel = segment.Channel,
                Recipient = segment.Recipient,
                ContentType = segment.ContentType,
                Route = segment.Role is null ? null : SnakeCase.Of(segment.Destination),
            });
        }
    }

    private static string KindOf(HarmonySegmentKind kind) => kind switch
    {
        HarmonySegmentKind.HeaderComplete => "header",
        HarmonySegmentKind.ContentDelta => "delta",
        HarmonySegmentKind.MessageEnd => "end",
        _ => SnakeCase.Of(kind),
    };
}
