using System.Buffers;
using CommunityToolkit.HighPerformance.Buffers;

namespace Harmony.Core.Tests.Rendering;

public class RenderTests
{
    private static readonly HarmonyEncoding Encoding = HarmonyEncoding.OpenAI;

    private static readonly Conversation Small = BenchInputs.ReadConversation("small");

    private static readonly Conversation Broken =
    [
        Message.User("fine"),
        Message.Assistant("fine"),
        new Message(Role.Tool, "a tool without a name"),
    ];

    [Theory]
    [InlineData("small")]
    [InlineData("medium")]
    [InlineData("large")]
    public void RenderForCompletion_BenchConversation_IsTheReferencesPrompt(string size)
    {
        Conversation chat = BenchInputs.ReadConversation(size);
        int[] expected = BenchInputs.ReadPrompt(size);
        Assert.Equal(expected, Encoding.RenderForCompletion(chat));
        Assert.Equal(expected.Length, Encoding.CountIds(chat, RenderOptions.Completion));
    }

    [Fact]
    public void Render_AllSinks_GetTheSameIds()
    {
        int[] expected = BenchInputs.ReadPrompt("small");
        var writer = new ArrayBufferWriter<int>();
        Assert.Equal(expected.Length, Encoding.Render(Small, writer, RenderOptions.Completion));
        Assert.Equal(expected, writer.WrittenSpan.ToArray());
        using (MemoryOwner<int> owner = Encoding.RenderPooled(Small, RenderOptions.Completion))
        {
            Assert.Equal(expected, owner.Span.ToArray());
        }

        int[] destination = new int[expected.Length + 1];
        OperationStatus status =
            Encoding.Render(Small, destination, out int written, out int missing, RenderOptions.Completion);
        Assert.Equal((OperationStatus.Done, expected.Length, 0), (status, written, missing));
        Assert.Equal(expected, destination[..written]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(40)]
    public void Render_DestinationTooSmall_TellsHowManyAreMissing(int length)
    {
        int[] expected = BenchInputs.ReadPrompt("small");
        int[] destination = new int[length];
        OperationStatus status =
            Encoding.Render(Small, destination, out int written, out int missing, RenderOptions.Completion);
        Assert.Equal(OperationStatus.DestinationTooSmall, status);
        Assert.Equal((0, expected.Length - length), (written, missing));
        Assert.All(destination, static id => Assert.Equal(0, id));
    }

    [Fact]
    public void Render_OneMessageInAllSinks_GetsTheSameIds()
    {
        var message = Message.Assistant("{}", Channels.Commentary).WithRecipient("functions.f");
        int[] expected = Encoding.Render(message);
        var writer = new ArrayBufferWriter<int>();
        Assert.Equal(expected.Length, Encoding.Render(message, writer));
        Assert.Equal(expected, writer.WrittenSpan.ToArray());
    }

    [Fact]
    public void Render_BrokenMessage_WritesNothing()
    {
        var writer = new ArrayBufferWriter<int>();
        var e = Assert.Throws<HarmonyRenderException>(() => Encoding.Render(Broken, writer));
        Assert.Equal(0, writer.WrittenCount);
        Assert.Equal((2, "tool"), (e.MessageIndex, e.Value));
        Assert.Contains("Tools should have a name!", e.Message, StringComparison.Ordinal);
        Assert.Throws<HarmonyRenderException>(() => Encoding.Render(Broken));
        Assert.Throws<HarmonyRenderException>(() => Encoding.RenderPooled(Broken));
        Assert.Equal(BenchInputs.ReadPrompt("small"), Encoding.RenderForCompletion(Small));
    }

    [Fact]
    public void Render_ContentInWrongRole_TellsBothRoles()
    {
        var mixed = new Message(Role.Developer, new DeveloperContent(), SystemContent.Default);
        var e = Assert.Throws<HarmonyRenderException>(() => Encoding.Render(mixed));
        Assert.Equal(("developer", "system"), (e.Value, e.Expected));
        var misplaced = new Message(Role.User, new DeveloperContent());
        e = Assert.Throws<HarmonyRenderException>(() => Encoding.Render(misplaced));
        Assert.Equal(("user", "developer"), (e.Value, e.Expected));
    }

    [Fact]
    public void Render_WriterThatRendersItself_KeepsBothApart()
    {
        var writer = new RenderingWriter(
            static () => Encoding.RenderForTraining([Message.System(SystemContent.Default), Message.User("x")]));
        Encoding.Render(Small, writer, RenderOptions.Completion);
        Assert.Equal(BenchInputs.ReadPrompt("small"), writer.Ids.WrittenSpan.ToArray());
    }

    [Theory]
    [InlineData("small")]
    [InlineData("medium")]
    [InlineData("large")]
    public void Render_WarmThread_AllocatesNothing(string size)
    {
        Conversation chat = BenchInputs.ReadConversation(size);
        var writer = new ArrayBufferWriter<int>(100_000);
        int[] destination = new int[100_000];
        Assert.Equal(0, Allocation.MeasureLeast(() =>
        {
            writer.ResetWrittenCount();
            Encoding.Render(chat, writer, RenderOptions.Completion);
            Encoding.Render(chat, destination, out _, out _, RenderOptions.Training);
        }));
    }

    [Fact]
    public void Render_LoneSurrogate_BecomesTheReplacementCharacter()
    {
        Assert.Equal(
            Encoding.Render(Message.User("a\uFFFDb").WithName("\uFFFD")),
            Encoding.Render(Message.User("a\uD800b").WithName("\uDC00")));
    }

    [Fact]
    public void Render_HugeMessage_IsRendered()
    {
        string text = string.Concat(Enumerable.Repeat("many words and more ", 200_000));
        int[] ids = Encoding.Render(Message.Developer(text));
        Assert.Equal(
            "<|start|>developer<|message|># Instructions\n\n" + text + "<|end|>", Encoding.Decode(ids));
    }

    /// <summary>What is rendered inside uses every buffer that rendering has, while the outer text is in
    /// one of them.</summary>
    [Fact]
    public void Render_WriterThatRendersLongTextsItself_KeepsBothApart()
    {
        Conversation outer =
        [
            Message.Developer(string.Concat(Enumerable.Range(0, 5_000).Select(static i => $"outer {i} "))),
            Message.User("x").WithName("outer"),
        ];
        int[] expected = Encoding.Render(outer);
        Conversation inner =
        [
            Message.Developer(string.Concat(Enumerable.Range(0, 5_000).Select(static i => $"inner {i} "))),
            Message.User("y").WithName("inner"),
        ];
        int[] expectedInner = Encoding.Render(inner);
        var destination = new int[expectedInner.Length];
        var writer = new RenderingWriter(() =>
        {
            Assert.Equal(expectedInner, Encoding.Render(inner));
            Encoding.Render(inner, destination, out _, out _);
            Assert.Equal(expectedInner, destination);
        });
        Encoding.Render(outer, writer);
        Assert.Equal(expected, writer.Ids.WrittenSpan.ToArray());
    }

    /// <summary>Renders another conversation whenever memory is requested.</summary>
    private sealed class RenderingWriter(Action render) : IBufferWriter<int>
    {
        public ArrayBufferWriter<int> Ids { get; } = new();

        public void Advance(int count) => Ids.Advance(count);

        public Memory<int> GetMemory(int sizeHint = 0)
        {
            render();
            return Ids.GetMemory(sizeHint);
        }

        public Span<int> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
    }
}
