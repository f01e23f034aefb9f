using Harmony.Core;

namespace Harmony.OpenAI.Mapping;

/// <summary>Reads sampled ids into the parts of a turn. Not thread-safe.</summary>
internal sealed class TurnPartReader(HarmonyPrompt prompt, HarmonyEncoding encoding, ITurnSink sink)
{
    private const string FunctionsPrefix = $"{ToolNamespace.FunctionsName}.";

    private readonly HarmonyParser _parser = new(encoding, prompt.ParserOptions);
    private int _messageIndex = -1;
    private bool _wasStopped;

    /// <summary>The ids that were read and not taken yet; null unless they were asked for.</summary>
    public List<int>? Ids { get; } = prompt.ReturnTokenIds ? [] : null;

    public HarmonyTokenCounts Counts => _parser.Counts;

    public HarmonyFinishReason FinishReason => _parser.FinishReason;

    public IReadOnlyList<Message> Messages => _parser.Messages;

    /// <summary>The assistant's messages. Those that the model forged for other roles must not come into the
    /// next prompt as if they were real.</summary>
    public IEnumerable<Message> OwnMessages =>
        Messages.Where(static message => message.Role == Role.Assistant);

    public void Push(ReadOnlySpan<int> ids)
    {
        _parser.Push(ids);
        Read();
    }

    public void Complete()
    {
        _parser.Complete();
        Read();
    }

    private void Read()
    {
        while (_parser.TryRead(out HarmonySegment segment))
        {
            Ids?.AddRange(segment.Ids);

            // Outside of messages there is no role. A message that the model forged for another role is no
            // part of the answer either.
            if (segment.Role != Role.Assistant || segment.Kind == HarmonySegmentKind.Diagnostic)
            {
                continue;
            }

            // A message that the prompt began has no header here.
            if (_messageIndex != segment.MessageIndex)
            {
                _messageIndex = segment.MessageIndex;
                _wasStopped = false;
                sink.Begin(KindOf(segment), NameOf(segment));
            }

            switch (segment.Kind)
            {
                case HarmonySegmentKind.ContentDelta:
                    sink.Append(segment.Text);
                    break;
                case HarmonySegmentKind.StopString:
                    _wasStopped = true;
                    break;
                case HarmonySegmentKind.MessageEnd:
                    sink.End(isWhole: _wasStopped || segment.EndToken is not null);
                    break;
            }
        }
    }

    private TurnPartKind KindOf(in HarmonySegment segment)
    {
        if (IsCall(segment))
        {
            return TurnPartKind.Call;
        }

        // A preamble would spoil an answer that is read as JSON: clients join all texts of an answer.
        bool isAside = prompt.MustAnswerJson && segment.Channel == Channels.Commentary;
        return isAside || segment.Destination == MessageDestination.Reasoning
            ? TurnPartKind.Reasoning
            : TurnPartKind.Text;
    }

    private static bool IsCall(in HarmonySegment segment) =>
        segment.Recipient is not (null or "all") && !RoleExtensions.TryParse(segment.Recipient, out _);

    private string? NameOf(in HarmonySegment segment)
    {
        if (!IsCall(segment))
        {
            return null;
        }

        // A tool that was not declared keeps the name that the model gave it.
        string recipient = segment.Recipient!;
        if (prompt.Names.TryGetNameOfRecipient(recipient, out string? name))
        {
            return name;
        }

        // The prefix alone leaves no name, and a call without one could not be sent back.
        bool hasName = recipient.StartsWith(FunctionsPrefix, StringComparison.Ordinal)
            && !string.IsNullOrWhiteSpace(recipient[FunctionsPrefix.Length..]);
        return hasName ? recipient[FunctionsPrefix.Length..] : recipient;
    }
}
