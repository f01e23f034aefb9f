using System.Text;
using Harmony.Core;
using Harmony.Fuzz.Inputs;

namespace Harmony.Fuzz.Targets;

/// <summary>Any ids through the parser that never fails: no id is lost, cuts make no difference, and what has
/// no diagnostic is what the strict parser reads.</summary>
internal sealed class ResilientTarget : IFuzzTarget
{
    private static readonly StopString[] StopStrings = ["a", "\n\n", "Hello", new StopString("}", null), "\u4F60"];

    private static readonly ToolNamespaceCollection Tools =
        [ToolNamespace.Functions(new ToolDescription("f", "")), ToolNamespace.Python];

    private static readonly Message Begun = Message.Assistant("So", Channels.Analysis);

    public string Name => "resilient";

    public void Run(FuzzCase one)
    {
        int[] ids = one.OneIn(3) ? IdMaker.Next(one, 400) : IdMaker.NextCompletion(one);
        one.Note("ids", ids);
        var options = new HarmonyParserOptions
        {
            Role = one.OneIn(2) ? Role.Assistant : null,
            DeclaredTools = one.OneIn(3) ? Tools : null,
            SkipStrayText = one.OneIn(4),
            Continues = one.OneIn(8) ? Begun : null,
            StopStrings = one.OneIn(3) ? ValueList.Create([one.Pick(StopStrings), one.Pick(StopStrings)]) : default,
        };
        Reading whole = Read(ids, options, () => ids.Length);
        Reading cut = Read(ids, options, () => one.Random.Next(1, 20));
        Reading single = Read(ids, options, static () => 1);
        FuzzException.ThrowUnlessEqual<int>(ids, [.. whole.Ids], "ids of the segments");
        FuzzException.ThrowUnless(whole.IsLike(cut), "in blocks is not at once");
        FuzzException.ThrowUnless(whole.IsLike(single), "one by one is not at once");
        if (!whole.HasDiagnostic && options.StopStrings.IsEmpty && options.Continues is null)
        {
            ValueList<Message> strict = HarmonyEncoding.OpenAI.ParseMessages(ids, options.Role);
            FuzzException.ThrowUnless(
                strict.Equals(ValueList.Create([.. whole.Messages])), "not what the strict parser reads");
        }
    }

    private static Reading Read(int[] ids, HarmonyParserOptions options, Func<int> nextLength)
    {
        var parser = new HarmonyParser(HarmonyEncoding.OpenAI, options);
        var reading = new Reading();
        for (int start = 0; start < ids.Length;)
        {
            int length = Math.Min(ids.Length - start, nextLength());
            parser.Push(ids.AsSpan(start, length));
            start += length;
            reading.TakeFrom(parser);
        }

        parser.Complete();
        reading.TakeFrom(parser);
        reading.Messages = [.. parser.Messages];
        reading.Counts = parser.Counts;
        reading.Finish = parser.FinishReason;
        return reading;
    }

    /// <summary>All that was read of a stream; the text joined by message.</summary>
    private sealed class Reading
    {
        private readonly SortedDictionary<int, StringBuilder> _texts = [];

        public List<int> Ids { get; } = [];

        public bool HasDiagnostic { get; private set; }

        public Message[] Messages { get; set; } = [];

        public HarmonyTokenCounts Counts { get; set; }

        public HarmonyFinishReason Finish { get; set; }

        public void TakeFrom(HarmonyParser parser)
        {
            while (parser.TryRead(out HarmonySegment segment))
            {
                Ids.AddRange(segment.Ids);
                HasDiagnostic |= segment.Diagnostic != default;
                if (!_texts.TryGetValue(segment.MessageIndex, out StringBuilder? text))
                {
                    _texts.Add(segment.MessageIndex, text = new StringBuilder());
                }

                text.Append(segment.Text);
            }
        }

        public bool IsLike(Reading other) =>
            Ids.SequenceEqual(other.Ids) && Messages.SequenceEqual(other.Messages) && Counts == other.Counts
                && Finish == other.Finish && HasDiagnostic == other.HasDiagnostic
                && _texts.Select(static text => (text.Key, text.Value.ToString()))
                    .SequenceEqual(other._texts.Select(static text => (text.Key, text.Value.ToString())));
    }
}
