namespace Harmony.Core.Tests.Parsing;

/// <summary>Properties that hold for any ids, however they are pushed.</summary>
public class HarmonyParserProperties
{
    private const int Rounds = 6_000;

    private static readonly HarmonyEncoding Harmony = HarmonyEncoding.OpenAI;

    [Fact]
    public void Push_AnyIds_LosesNoIdAndNoText() => ForAll(static (generator, options, ids) =>
    {
        var parser = new HarmonyParser(Harmony, options);
        SegmentLog log = SegmentLog.Of(parser, ids, generator.Chunks());

        Assert.Equal(ids, log.Segments.SelectMany(static segment => segment.Ids));
        Assert.Equal(parser.Messages.Select(static message => message.Text), log.Texts);
        int taken = 0;
        foreach (Segment segment in log.Segments)
        {
            CheckKind(segment);
            if (segment.Kind != HarmonySegmentKind.Diagnostic)
            {
                Assert.Equal(taken, segment.IdIndex);
            }

            taken += segment.Ids.Count;
        }
    });

    [Fact]
    public void Push_AnyIds_GivesWellOrderedMessages() => ForAll(static (generator, options, ids) =>
    {
        var parser = new HarmonyParser(Harmony, options);
        SegmentLog log = SegmentLog.Of(parser, ids, generator.Chunks());

        bool isOpen = false;
        int messages = 0;
        foreach (Segment segment in log.Segments)
        {
            Assert.Equal(messages, segment.MessageIndex);
            switch (segment.Kind)
            {
                case HarmonySegmentKind.HeaderComplete:
                    Assert.False(isOpen);
                    isOpen = true;
                    break;
                case HarmonySegmentKind.MessageEnd:
                    Assert.True(isOpen);
                    isOpen = false;
                    messages++;
                    break;
                case HarmonySegmentKind.ContentDelta or HarmonySegmentKind.StopString:
                    Assert.True(isOpen);
                    break;
            }
        }

        Assert.False(isOpen);
        Assert.Equal(messages, parser.MessageCount);
        Assert.Equal(ParserState.ExpectStart, parser.State);
        HarmonyTokenCounts counts = parser.Counts;
        Assert.Equal(ids.Length, counts.Total);
        Assert.Equal(
            ids.Length, counts.Reasoning + counts.Commentary + counts.Final + counts.Other + counts.Format);
        Assert.InRange(
            counts.Format, log.Segments.Count(static segment => segment.EndToken is not null), ids.Length);
    });

    [Fact]
    public void Push_AnyChunks_GiveTheSame() => ForAll(static (generator, options, ids) =>
    {
        var whole = new HarmonyParser(Harmony, options);
        SegmentLog expected = SegmentLog.Of(whole, ids);
        foreach (int[] chunks in (int[][])[[1], generator.Chunks(), generator.Chunks()])
        {
            var parser = new HarmonyParser(Harmony, options);
            SegmentLog actual = SegmentLog.Of(parser, ids, chunks);
            Assert.Equal(expected.Joined, actual.Joined);
            Assert.Equal(whole.Messages, parser.Messages);
            Assert.Equal(whole.Counts, parser.Counts);
            Assert.Equal(
                whole.Messages.Select(static message => ValueList.Create(message.SampledIds.Span)),
                parser.Messages.Select(static message => ValueList.Create(message.SampledIds.Span)));
        }
    });

    [Fact]
    public void Push_NothingReadInBetween_GivesTheSame() => ForAll(static (_, options, ids) =>
    {
        SegmentLog expected = SegmentLog.Of(new HarmonyParser(Harmony, options), ids, 1);
        var parser = new HarmonyParser(Harmony, options);
        foreach (int id in ids)
        {
            parser.Push(id);
        }

        parser.Complete();
        parser.Complete();
        var actual = new SegmentLog();
        actual.Read(parser);
        Assert.Equal(expected.Segments, actual.Segments);
    });

    [Fact]
    public void Reset_UsedParser_IsAsNew()
    {
        var used = new HarmonyParser(Harmony);
        ForAll((generator, options, ids) =>
        {
            used.Reset(options);
            SegmentLog actual = SegmentLog.Of(used, ids, 2);
            SegmentLog expected = SegmentLog.Of(new HarmonyParser(Harmony, options), ids, 2);
            Assert.Equal(expected.Segments, actual.Segments);

            // Leaves it in the middle of a message.
            used.Reset();
            used.Push(ids.AsSpan(0, ids.Length / 2));
        });
    }

    [Fact]
    public void Push_NoDiagnostics_GivesTheReferencesMessages()
    {
        int compared = 0;
        ForAll((_, options, ids) =>
        {
            var parser = new HarmonyParser(Harmony, options with { StopStrings = [] });
            SegmentLog log = SegmentLog.Of(parser, ids);
            if (log.Diagnostics.Any(static diagnostic =>
                    diagnostic is not (HarmonyDiagnostic.InvalidUtf8 or HarmonyDiagnostic.MissingChannel))
                || HasHeaderOfBytes(log))
            {
                return;
            }

            // The reference accepts what these two diagnostics report.
            compared++;
            ValueList<Message> expected = Harmony.ParseMessages(ids, options.Role);
            Assert.Equal(expected, parser.Messages);
            Assert.Equal(
                expected.Select(static message => ValueList.Create(message.SampledIds.Span)),
                parser.Messages.Select(static message => ValueList.Create(message.SampledIds.Span)));
        });
        Assert.InRange(compared, Rounds / 4, Rounds);
    }

    [Fact]
    public void SampledIds_ThatAreKept_SayTheSameWhenTheyAreReadAgain()
    {
        int kept = 0;
        ForAll((_, options, ids) =>
        {
            var parser = new HarmonyParser(Harmony, options);
            SegmentLog.Of(parser, ids);
            foreach (Message message in parser.Messages.Where(static message => !message.SampledIds.IsEmpty))
            {
                // The role decides what a header may be. The assistant's is read after the prompt that began it.
                bool isWhole = options.Role == Role.Assistant;
                int[] start = isWhole && message.IsStartInPrompt ? Harmony.RenderForCompletion([]) : [];
                HarmonyParserOptions reading = options with { Role = isWhole ? null : options.Role, StopStrings = [] };
                var again = new HarmonyParser(Harmony, reading);
                SegmentLog.Of(again, [.. start, .. message.SampledIds.Span]);
                Message read = Assert.Single(again.Messages);
                Assert.Equal(message, read);
                kept++;
            }
        });
        Assert.InRange(kept, Rounds, int.MaxValue);
    }

    [Fact]
    public void Push_StrayText_IsInSegmentsWithItsText() => ForAll(static (_, options, ids) =>
    {
        // Segments have all text of a completion, except headers and what follows a stop string.
        var parser = new HarmonyParser(Harmony, options with { StopStrings = [] });
        foreach (Segment segment in SegmentLog.Of(parser, ids).Segments)
        {
            if (segment.Kind == HarmonySegmentKind.Skipped && segment.Ids.Any(static id => (uint)id < 199_998))
            {
                Assert.NotEqual("", segment.Text);
            }
        }
    });

    // The reference refuses a header that is not UTF-8.
    private static bool HasHeaderOfBytes(SegmentLog log) => log.Segments
        .Where(static segment => segment.Diagnostic == HarmonyDiagnostic.InvalidUtf8)
        .Any(static segment => segment.Address.Trim().Length == 0);

    private static void CheckKind(Segment segment)
    {
        bool isDelta = segment.Kind == HarmonySegmentKind.ContentDelta;
        Assert.Equal(isDelta, segment.Text.Length > 0 && segment.Kind != HarmonySegmentKind.Skipped);
        Assert.Equal(
            segment.Kind == HarmonySegmentKind.Diagnostic, segment.Diagnostic != HarmonyDiagnostic.None);
        Assert.False(segment.Kind == HarmonySegmentKind.Skipped && segment.Ids.IsEmpty);
        Assert.True(segment.Kind != HarmonySegmentKind.Diagnostic || segment.Ids.IsEmpty);
        if (segment.EndToken is int end)
        {
            Assert.Equal(HarmonySegmentKind.MessageEnd, segment.Kind);
            Assert.Equal([end], segment.Ids);
        }
        else
        {
            Assert.True(segment.Kind != HarmonySegmentKind.MessageEnd || segment.Ids.IsEmpty);
        }
    }

    private static void ForAll(Action<CompletionGenerator, HarmonyParserOptions, int[]> check)
    {
        for (int seed = 0; seed < Rounds; seed++)
        {
            var generator = new CompletionGenerator(seed);
            HarmonyParserOptions options = generator.Options();
            int[] ids = (seed % 3) switch
            {
                0 => generator.Anything(),
                1 => generator.NearlyWellFormed(options.Role, isPerfect: false),
                _ => generator.NearlyWellFormed(options.Role, isPerfect: true),
            };
            try
            {
                check(generator, options, ids);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException(
                    $"seed {seed}, role {options.Role}, ids {string.Join(' ', ids)}", e);
            }
        }
    }
}
