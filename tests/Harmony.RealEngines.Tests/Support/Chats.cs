using Harmony.Core;
using Harmony.Engines;

namespace Harmony.RealEngines.Tests.Support;

/// <summary>Conversations that the hand-wired model knows what to say in.</summary>
internal static class Chats
{
    public const string Tool = "functions.get_weather";

    public static Conversation Ask(string city) =>
        [Message.System(SystemContent.Default), Message.User($"How is the weather in {city}?")];

    public static Conversation AskWithTool(string city) =>
    [
        Message.System(SystemContent.Default),
        Message.Developer(new DeveloperContent().WithFunctionTools(new ToolDescription(
            "get_weather", "The weather at a place.",
            JsonSchema.Parse("""{"type":"object","properties":{"location":{"type":"string"}}}""")))),
        Message.User($"How is the weather in {city}?"),
    ];

    public static string ArgumentsFor(string city) => $$"""{"location":"{{city}}"}""";

    public static string AnswerFor(string city) => $"It is sunny in {city}!";

    /// <summary>Runs turns, with a sunny result for each call, until the model answers.</summary>
    public static async Task<ChatLog> RunAsync(TurnRunner runner, Conversation chat, string? sessionId = null)
    {
        var turns = new List<TurnResult>();
        do
        {
            TurnResult turn = await runner.RunToEndAsync(chat, Greedy, sessionId);
            turns.Add(turn);
            chat = chat.Add([.. turn.Messages]);
            if (turn.FinishReason == TurnFinishReason.ToolCalls)
            {
                chat = chat.Add(Message.ToolResult(turn.Messages[^1].Recipient!, """{"sunny":true}"""));
            }
        }
        while (turns[^1].FinishReason == TurnFinishReason.ToolCalls && turns.Count < 4);

        return new ChatLog(turns, chat);
    }

    public static TurnOptions Greedy { get; } = new() { Temperature = 0 };
}
