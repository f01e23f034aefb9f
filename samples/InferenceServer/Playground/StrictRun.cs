using Harmony.Core;

namespace InferenceServer.Playground;

/// <summary>A completion read by <see cref="StreamableParser"/>, which refuses what the reference
/// does.</summary>
internal static class StrictRun
{
    public static (Message[] Messages, string? Finish) Read(
        int[] ids, HarmonyEncoding encoding, Role? role, bool strict, List<ParseEvent> events)
    {
        var parser = new StreamableParser(encoding, role, strict);
        int from = 0;
        try
        {
            for (int i = 0; i < ids.Length; i++)
            {
                ParserState before = parser.State;
                int messages = parser.Messages.Count;
                parser.Process(ids[i]);
                bool begins = before != ParserState.Content && parser.State == ParserState.Content;
                if (begins || parser.Messages.Count > messages)
                {
                    events.Add(Happened(parser, begins ? "header" : "end", i + 1, from, i + 1 - from));
                    from = i + 1;
                }
                else if (parser.LastContentDelta is string text)
                {
                    events.Add(Happened(parser, "delta", i + 1, from, i + 1 - from) with { Text = text });
                    from = i + 1;
                }
            }

            int complete = parser.Messages.Count;
            parser.ProcessEnd();
            if (parser.Messages.Count > complete)
            {
                events.Add(Happened(parser, "end", ids.Length + 1, from, ids.Length - from));
            }
        }
        catch (HarmonyParseException e)
        {
            int at = Math.Min(e.IdIndex, ids.Length);
            events.Add(new ParseEvent
            {
                At = at + 1,
                Kind = "error",
                Message = parser.Messages.Count,
                Text = e.Message,
                Start = at,
                Count = at < ids.Length ? 1 : 0,
            });
        }

        return ([.. parser.Messages], null);
    }

    private static ParseEvent Happened(StreamableParser parser, string kind, int at, int start, int count)
    {
        var happened = new ParseEvent
        {
            At = at,
            Kind = kind,
            Message = parser.Messages.Count - (kind == "end" ? 1 : 0),
            Start = start,
            Count = count,
        };
        return kind != "header" ? happened : happened with
        {
            Role = parser.CurrentRole?.ToWord(),
            Channel = parser.CurrentChannel,
            Recipient = parser.CurrentRecipient,
            ContentType = parser.CurrentContentType,
        };
    }
}
