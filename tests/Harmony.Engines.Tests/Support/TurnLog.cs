using Harmony.Core;

namespace Harmony.Engines.Tests.Support;

/// <summary>The events of a turn, put down as they came.</summary>
internal sealed class TurnLog
{
    private readonly Dictionary<TurnEventKind, string> _texts = [];

    public List<int> Ids { get; } = [];

    public List<TurnEventKind> Kinds { get; } = [];

    public List<HarmonyDiagnostic> Diagnostics { get; } = [];

    public List<Message> Messages { get; } = [];

    public List<TokenLogProbability> Probabilities { get; } = [];

    public TurnResult? Result { get; private set; }

    public static async Task<TurnLog> ReadAsync(
        TurnRunner runner, Conversation conversation, TurnOptions? options = null, string? sessionId = null)
    {
        var log = new TurnLog();
        await foreach (TurnEvent one in runner.RunAsync(conversation, options, sessionId))
        {
            await Task.Yield();
            log.Add(one);
        }

        return log;
    }

    public string Text(TurnEventKind kind) => _texts.GetValueOrDefault(kind, "");

    public void Add(in TurnEvent one)
    {
        Assert.Equal(Ids.Count, one.Kind == TurnEventKind.Diagnostic ? Ids.Count : one.IdIndex);
        Ids.AddRange(one.Ids.Span);
        Probabilities.AddRange(one.LogProbabilities.Span);
        if (Kinds.Count == 0 || Kinds[^1] != one.Kind)
        {
            Kinds.Add(one.Kind);
        }

        _texts[one.Kind] = Text(one.Kind) + one.Text;
        if (one.Kind == TurnEventKind.Diagnostic)
        {
            Diagnostics.Add(one.Diagnostic);
        }

        if (one.Message is Message message)
        {
            Messages.Add(message);
        }

        Result = one.Result ?? Result;
    }
}
