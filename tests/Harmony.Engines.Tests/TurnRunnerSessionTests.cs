using Harmony.Bpe;
using Harmony.Core;
using Harmony.Engines.Tests.Support;

namespace Harmony.Engines.Tests;

/// <summary>Many turns: of one conversation, and of many at once.</summary>
public sealed class TurnRunnerSessionTests
{
    private const int StreamCount = 1000;

    private static readonly HarmonyEncoding Encoding = HarmonyEncoding.OpenAI;

    [Theory]
    [InlineData("chat", 100)]
    [InlineData("chat", 0)]
    [InlineData(null, 100)]
    public async Task RunAsync_TurnsOfAConversation_PromptsAreThoseOfTheEncoding(string? sessionId, int maxSessions)
    {
        var generator = ScriptedTokenGenerator.FromText(Enumerable.Range(0, 6).Select(
            static i => $"<|channel|>analysis<|message|>Thought {i}<|end|><|start|>assistant"
                + $"<|channel|>final<|message|>Answer {i}<|return|>"));
        var runner = new TurnRunner(generator, new TurnRunnerOptions { MaxSessions = maxSessions });
        Conversation chat = [Message.System(SystemContent.Default)];

        for (int i = 0; i < 6; i++)
        {
            chat = chat.Add(Message.User($"Question {i}"));
            TurnResult result = await runner.RunToEndAsync(chat, null, sessionId);
            Assert.Equal(Encoding.RenderForCompletion(chat), generator.Requests[i].PromptIds.ToArray());
            Assert.Equal(sessionId, generator.Requests[i].SessionId);
            chat = chat.Add([.. result.Messages]);
        }
    }

    [Fact]
    public async Task RunAsync_TurnsOfOneSessionAtOnce_DoNotShareTheirPrompts()
    {
        var generator = new ScriptedTokenGenerator(Echo) { YieldsBetweenChunks = true, RecordsRequests = false };
        var runner = new TurnRunner(generator);

        string[] texts = await Task.WhenAll(Enumerable.Range(0, 64).Select(async i =>
        {
            TurnLog log = await TurnLog.ReadAsync(runner, [Message.User($"Question {i}, {i * i}")], null, "one");
            return log.Text(TurnEventKind.TextDelta);
        }));

        Assert.Equal(Enumerable.Range(0, 64).Select(static i => $"Question {i}, {i * i}"), texts);
    }

    [Fact]
    public async Task RunAsync_ThousandStreamsAtOnce_LoseAndMixUpNothing()
    {
        var generator = new ScriptedTokenGenerator(Echo) { YieldsBetweenChunks = true, RecordsRequests = false };
        var runner = new TurnRunner(generator, new TurnRunnerOptions { MaxSessions = 100 });

        string[] texts = await Task.WhenAll(Enumerable.Range(0, StreamCount).Select(i => Task.Run(async () =>
        {
            string text = "";
            bool isLeft = i % 5 == 4;
            await foreach (TurnEvent one in runner.RunAsync([Message.User(Question(i))], null, $"chat {i % 300}"))
            {
                await Task.Yield();
                text += one.Kind == TurnEventKind.TextDelta ? one.Text : "";
                if (isLeft && text.Length > 20)
                {
                    break;
                }
            }

            return text;
        })));

        for (int i = 0; i < StreamCount; i++)
        {
            Assert.Equal(i % 5 == 4 ? texts[i][..21] : Question(i), i % 5 == 4 ? Question(i)[..21] : texts[i]);
        }

        Assert.Equal(0, generator.ActiveCount);
    }

    [Fact]
    public async Task RunAsync_ThousandStreamsCancelled_LeaveNothingRunning()
    {
        int begun = 0;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var generator = new EndlessGenerator();
        var runner = new TurnRunner(generator);
        using var cancelling = new CancellationTokenSource();

        Task[] streams = [.. Enumerable.Range(0, StreamCount).Select(_ => Task.Run(async () =>
        {
            bool isFirst = true;
            await foreach (TurnEvent one in runner.RunAsync([Message.User("Hi")], cancellationToken: cancelling.Token))
            {
                if (isFirst && Interlocked.Increment(ref begun) == StreamCount)
                {
                    all.SetResult();
                }

                isFirst = false;
            }
        }))];
        await all.Task;
        Assert.Equal(StreamCount, generator.ActiveCount);
        await cancelling.CancelAsync();

        foreach (Task stream in streams)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stream);
        }

        Assert.Equal(0, generator.ActiveCount);
    }

    private static string Question(int i) => $"Question {i}: {string.Join(' ', Enumerable.Range(i, 40))}";

    /// <summary>Answers with the last message of the prompt.</summary>
    private static ReadOnlyMemory<int> Echo(TokenRequest request)
    {
        ReadOnlySpan<int> prompt = request.PromptIds.Span;
        int end = prompt.LastIndexOf(200007);
        int start = prompt[..end].LastIndexOf(200008) + 1;
        int[] header = Encoding.Encode("<|channel|>final<|message|>", EncodeOptions.AllSpecial);
        return (int[])[.. header, .. prompt[start..end], 200002];
    }
}
