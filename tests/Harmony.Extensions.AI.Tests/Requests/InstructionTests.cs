using System.Text.Json;
using Harmony.Core;
using Harmony.Engines;
using Harmony.Extensions.AI.Tests.Support;
using Microsoft.Extensions.AI;
using ReasoningEffort = Microsoft.Extensions.AI.ReasoningEffort;

namespace Harmony.Extensions.AI.Tests.Requests;

/// <summary>Instructions, effort, formats: the system and the developer message.</summary>
public sealed class InstructionTests
{
    private static readonly ChatMessage User = new(ChatRole.User, "Hi");

    [Fact]
    public async Task Prompt_OfAUserMessage_HasTheDefaultSystemMessage()
    {
        ScriptedTokenGenerator engine = Scripts.Engine(Scripts.Answer);
        await engine.AsIChatClient().GetResponseAsync("Hi");

        Conversation expected = [Message.System(SystemContent.Default), Message.User("Hi")];
        Assert.Equal(HarmonyEncoding.OpenAI.RenderForCompletion(expected), engine.Requests[0].PromptIds);
    }

    [Fact]
    public async Task Prompt_OfInstructionsAndSystemMessages_HasOneDeveloperMessage()
    {
        string prompt = await Scripts.MapAsync(
            [new ChatMessage(ChatRole.System, "Be kind."), new ChatMessage(new ChatRole("developer"), "Be right."), User],
            new ChatOptions { Instructions = "Be brief." });

        Assert.StartsWith(
            "<|start|>developer<|message|># Instructions\n\nBe brief.\n\nBe kind.\n\nBe right.<|end|><|start|>user",
            prompt,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prompt_OfALaterSystemMessage_HasItInItsPlace()
    {
        string prompt = await Scripts.MapAsync([User, new ChatMessage(ChatRole.System, "Be kind."), User]);

        Assert.Equal(
            "<|start|>user<|message|>Hi<|end|><|start|>developer<|message|># Instructions\n\nBe kind.<|end|>"
            + "<|start|>user<|message|>Hi<|end|><|start|>assistant",
            prompt);
    }

    [Theory]
    [InlineData(ReasoningEffort.None, "low")]
    [InlineData(ReasoningEffort.Low, "low")]
    [InlineData(ReasoningEffort.Medium, "medium")]
    [InlineData(ReasoningEffort.High, "high")]
    [InlineData(ReasoningEffort.ExtraHigh, "high")]
    public async Task Prompt_OfAnEffort_HasTheNearest(ReasoningEffort effort, string expected)
    {
        ScriptedTokenGenerator engine = Scripts.Engine(Scripts.Answer);
        await engine.AsIChatClient().GetResponseAsync(
            [User], new ChatOptions { Reasoning = new ReasoningOptions { Effort = effort } });

        Assert.Contains($"Reasoning: {expected}\n", engine.Prompt(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prompt_OfTheClientsSystemContent_HasIt()
    {
        ScriptedTokenGenerator engine = Scripts.Engine(Scripts.Answer);
        var options = new HarmonyChatClientOptions
        {
            System = SystemContent.Default with { ConversationStartDate = "2026-11-29" },
        };
        await engine.AsIChatClient(options).GetResponseAsync("Hi");

        Assert.Contains("Current date: 2026-11-29", engine.Prompt(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prompt_OfAJsonSchema_HasItAsResponseFormat()
    {
        string prompt = await Scripts.MapAsync([User], new ChatOptions
        {
            ResponseFormat = ChatResponseFormat.ForJsonSchema(
                AIJsonUtilities.CreateJsonSchema(typeof(int)), "number", "The number."),
        });

        Assert.Contains("# Response Formats\n\n## number\n\n// The number.\n{", prompt, StringComparison.Ordinal);
        Assert.Contains("\"integer\"", prompt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_WithASchemaThatIsNoText_IsRefused()
    {
        ChatOptions options = new()
        {
            ResponseFormat = ChatResponseFormat.ForJsonSchema(JsonElement.Parse("{\"title\":\"\\ud800\"}")),
        };
        NotSupportedException e =
            await Assert.ThrowsAsync<NotSupportedException>(() => Scripts.MapAsync([User], options));

        Assert.StartsWith("The schema of ChatOptions.ResponseFormat cannot be written", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prompt_OfAnyJson_AsksForAnObject()
    {
        string prompt = await Scripts.MapAsync([User], new ChatOptions { ResponseFormat = ChatResponseFormat.Json });

        Assert.Contains("# Response Formats\n\n## json\n\n{\"type\":\"object\"}<|end|>", prompt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prompt_OfTextFormat_HasNoDeveloperMessage() => Assert.StartsWith(
        "<|start|>user",
        await Scripts.MapAsync([User], new ChatOptions { ResponseFormat = ChatResponseFormat.Text }),
        StringComparison.Ordinal);
}
