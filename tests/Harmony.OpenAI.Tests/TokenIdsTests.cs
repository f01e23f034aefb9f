using Harmony.Core;
using Harmony.Engines;

namespace Harmony.OpenAI.Tests;

/// <summary><c>return_token_ids</c>, as vLLM has it.</summary>
public sealed class TokenIdsTests
{
    private const string Request = """
        {"return_token_ids":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"Hi"}]
        """;

    [Theory]
    [InlineData(Answers.Hello, 1)]
    [InlineData(Answers.Hello, 3)]
    [InlineData(Answers.Hello, 1000)]
    [InlineData(Answers.Call, 1)]
    [InlineData("no header<|message|>Ahoy<|end|><|end|> lost", 1)]
    [InlineData("<|channel|>analysis", 1)]
    [InlineData("<|channel|>final<|message|>\U0001FA77\U0001FA77", 1)]
    public void Push_Ids_AreInTheChunksEachOnce(string sampled, int length)
    {
        HarmonyPrompt prompt = Answers.Chat($"{Request}}}");
        var writer = new ChatCompletionWriter(prompt);
        int[] ids = Answers.Ids(sampled);
        List<ChatCompletionChunk> chunks =
            [.. ids.Chunk(length).SelectMany(some => writer.Push(some)), .. writer.Complete(default)];

        Assert.Equal(prompt.Render(HarmonyEncoding.OpenAI), chunks[0].PromptTokenIds);
        Assert.All(chunks[1..], static chunk => Assert.Null(chunk.PromptTokenIds));
        Assert.Equal(ids, chunks.SelectMany(static chunk => chunk.Choices).SelectMany(
            static choice => choice.TokenIds ?? []));
        ChatCompletion whole = writer.ToCompletion();
        Assert.Equal(ids, whole.Choices[0].TokenIds);
        Assert.Equal(chunks[0].PromptTokenIds, whole.PromptTokenIds);
    }

    [Fact]
    public void Push_OneId_HasTheTextThatItMakes()
    {
        var writer = new ChatCompletionWriter(Answers.Chat($"{Request}}}"));
        List<(string Text, int[] Ids)> parts =
        [
            .. Answers.Ids("<|channel|>final<|message|>Ahoy, you<|return|>")
                .SelectMany(id => writer.Push([id]))
                .Select(static chunk => chunk.Choices[0])
                .Select(static choice => (choice.Delta.Content ?? "", choice.TokenIds?.ToArray() ?? [])),
        ];

        Assert.Equal(["", "", "Ah", "oy", ",", " you", ""], parts.Select(static part => part.Text));
        Assert.All(
            parts.Where(static part => part.Text.Length > 0),
            static part => Assert.Equal(part.Text, HarmonyEncoding.OpenAI.Decode(part.Ids)));
    }

    [Fact]
    public void Push_NotAskedFor_HasNoIds()
    {
        var writer = new ChatCompletionWriter(Answers.Chat("""{"messages":[{"role":"user","content":"Hi"}]}"""));
        List<ChatCompletionChunk> chunks = [.. writer.Push(Answers.Ids(Answers.Hello)), .. writer.Complete(default)];

        Assert.All(chunks, static chunk => Assert.Null(chunk.PromptTokenIds));
        Assert.All(chunks, static chunk => Assert.Null(chunk.Choices[0].TokenIds));
        Assert.Null(writer.ToCompletion().Choices[0].TokenIds);
    }

    [Theory]
    [InlineData("")]
    [InlineData(""","tool_choice":"required","tools":[{"type":"function","function":{"name":"f"}}]""")]
    public async Task PromptTokenIds_WhatTurnRunnerRenders_IsTheSame(string members)
    {
        HarmonyPrompt prompt = Answers.Chat($"{Request}{members}}}");
        var engine = ScriptedTokenGenerator.FromText("{}<|call|>");
        await new TurnRunner(engine).RunToEndAsync(
            prompt.Conversation,
            new TurnOptions { RequiredTool = prompt.RequiredTool },
            cancellationToken: TestContext.Current.CancellationToken);

        var writer = new ChatCompletionWriter(prompt);
        writer.Complete(default);
        Assert.Equal(engine.Requests[0].PromptIds.ToArray(), writer.ToCompletion().PromptTokenIds);
    }
}
