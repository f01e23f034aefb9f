using System.Text;

namespace Harmony.Core.Tests.Parsing;

/// <summary>A copy of a segment, which stays valid.</summary>
internal sealed record Segment(
    HarmonySegmentKind Kind,
    int MessageIndex,
    string Address,
    MessageDestination Destination,
    string Text,
    ValueList<int> Ids,
    int IdIndex,
    int? EndToken,
    HarmonyDiagnostic Diagnostic);

/// <summary>Everything that a parser reads from a completion.</summary>
internal sealed class SegmentLog
{
    public List<Segment> Segments { get; } = [];

    public IEnumerable<HarmonyDiagnostic> Diagnostics => Segments
        .Where(static segment => segment.Kind == HarmonySegmentKind.Diagnostic)
        .Select(static segment => segment.Diagnostic);

    /// <summary>The segments after joining neighbouring deltas and neighbouring skipped segments. They do not
    /// depend on how ids are pushed.</summary>
    public List<Segment> Joined
    {
        get
        {
            var joined = new List<Segment>();
            foreach (Segment next in Segments)
            {
                if (joined is [.., { } last]
                    && (last.Kind, last.MessageIndex) == (next.Kind, next.MessageIndex)
                    && next.Kind is HarmonySegmentKind.ContentDelta or HarmonySegmentKind.Skipped)
                {
                    joined[^1] = last with
                    {
                        Text = last.Text + next.Text,
                        Ids = last.Ids.AddRange(next.Ids.AsSpan()),
                    };
                }
                else
                {
                    joined.Add(next);
                }
            }

            return joined;
        }
    }

    /// <summary>The texts of the messages: their deltas, joined.</summary>
    public string[] Texts
    {
        get
        {
            var texts = new List<StringBuilder>();
            foreach (Segment segment in Segments)
            {
                if (segment.Kind == HarmonySegmentKind.HeaderComplete)
                {
                    Assert.Equal(texts.Count, segment.MessageIndex);
                    texts.Add(new StringBuilder());
                }
                else if (segment.Kind == HarmonySegmentKind.ContentDelta)
                {
                    texts[segment.MessageIndex].Append(segment.Text);
                }
            }

            return [.. texts.Select(static text => text.ToString())];
        }
    }

    /// <summary>Parses a completion. Pushes it in chunks of these lengths in turn; 0 for all ids at once.</summary>
    public static SegmentLog Of(HarmonyParser parser, ReadOnlySpan<int> ids, params ReadOnlySpan<int> chunks)
    {
        var log = new SegmentLog();
        int turn = 0;
        for (int at = 0; at < ids.Length;)
        {
            int wanted = chunks.IsEmpty || chunks[turn % chunks.Length] == 0
                ? ids.Length
                : chunks[turn % chunks.Length];
            turn++;
            ReadOnlySpan<int> chunk = ids.Slice(at, Math.Min(wanted, ids.Length - at));
            if (chunk.Length == 1)
            {
                parser.Push(chunk[0]);
            }
            else
            {
                parser.Push(chunk);
            }

            at += chunk.Length;
            log.Read(parser);
        }

        parser.Complete();
        log.Read(parser);
        return log;
    }

    /// <summary>Reads all segments that are ready.</summary>
    public void Read(HarmonyParser parser)
    {
        while (parser.TryRead(out HarmonySegment segment))
        {
            Segments.Add(new Segment(
                segment.Kind,
                segment.MessageIndex,
                string.Join(
                    ' ', segment.Role, segment.AuthorName, segment.Channel, segment.Recipient,
                    segment.ContentType),
                segment.Destination,
                segment.Text,
                ValueList.Create(segment.Ids),
                segment.IdIndex,
                segment.EndToken,
                segment.Diagnostic));
        }
    }
}
