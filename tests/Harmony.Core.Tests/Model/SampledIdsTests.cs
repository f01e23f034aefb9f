using System.Text.Json;
using Harmony.Bpe;

namespace Harmony.Core.Tests.Model;

/// <summary>Messages keep the ids that they were sampled as, as long as they say the same.</summary>
public class SampledIdsTests
{
    private const int Start = 200_006;
    private const int Call = 200_012;
    private const int End = 200_007;
    private const int Return = 200_002;
    private const int MessageMarker = 200_008;

    private static readonly HarmonyEncoding Harmony = HarmonyEncoding.OpenAI;

    // The model may split words as no tokenizer would: "H" "ello" where encoding gives one id.
    private static readonly int[] OddHello = [.. Harmony.Encode("H"), .. Harmony.Encode("ello")];
    private static readonly int[] Final = [200_005, .. Harmony.Encode("final"), MessageMarker];
    private static readonly int[] Prompt = [Start, .. Harmony.Encode("assistant")];

    // A call whose recipient follows the channel, as models write it and no renderer does.
    private static readonly int[] OddCall =
    [
        200_005, .. Harmony.Encode("commentary to=functions.f "), 200_003, .. Harmony.Encode("json"),
        MessageMarker, .. Harmony.Encode("{}"), Call,
    ];

    public static TheoryData<string, Func<Message, Message>> Changes => new()
    {
        { "author", static message => message with { Author = Role.User } },
        { "name", static message => message.WithName("bob") },
        { "recipient", static message => message.WithRecipient("x") },
        { "no recipient", static message => message.WithRecipient(null) },
        { "channel", static message => message.WithChannel(Channels.Analysis) },
        { "content type", static message => message.WithContentType("code") },
        { "contents", static message => message with { Contents = ["{ }"] } },
        { "added content", static message => message.AddContent("") },
        { "two changes, one undone",
            static message => message.WithChannel("x").WithChannel(message.Channel) },
        { "on purpose", static message => message.WithoutSampledIds() },
    };

    [Fact]
    public void SampledIds_MessagesOfACompletion_AreItsIds()
    {
        int[] first = [.. Final[..^2], .. Harmony.Encode("analysis"), MessageMarker, .. OddHello, End];
        int[] second = [.. Prompt, .. Final, .. OddHello, Return];
        ValueList<Message> messages = Harmony.ParseMessages([.. first, .. second], Role.Assistant);
        Assert.Equal(first, messages[0].SampledIds);
        Assert.Equal(second, messages[1].SampledIds);
        Assert.Equal((true, false), (messages[0].IsStartInPrompt, messages[1].IsStartInPrompt));
    }

    [Fact]
    public void SampledIds_StreamWithAnError_BeginAtTheMessage()
    {
        var parser = new StreamableParser(Harmony, Role.Assistant);
        Assert.Throws<HarmonyParseException>(() => parser.Process([200_005, MessageMarker]));
        Assert.Throws<HarmonyParseException>(() => parser.Process(0));
        int[] message = [.. Prompt, .. Final, .. OddHello, End];
        parser.Process(message);
        Assert.Equal(message, Assert.Single(parser.Messages).SampledIds);
        parser.Reset(Role.Assistant);
        parser.Process(OddCall);
        Assert.Equal(OddCall, Assert.Single(parser.Messages).SampledIds);
    }

    [Fact]
    public void SampledIds_HeaderCutOffByAStopToken_AreDropped()
    {
        ValueList<Message> messages =
            Harmony.ParseMessages([.. OddHello, Return], Role.Assistant, strict: false);
        Assert.Equal("Hello", messages[0].Text);
        Assert.True(messages[0].SampledIds.IsEmpty);
    }

    [Fact]
    public void SampledIds_IdThatIsNoToken_AreDropped()
    {
        ValueList<Message> messages = Harmony.ParseMessages([.. Final, 201_089, Return], Role.Assistant);
        Assert.True(messages[0].SampledIds.IsEmpty);
    }

    [Theory]
    [MemberData(nameof(Changes), DisableDiscoveryEnumeration = true)]
    public void SampledIds_MessageIsChanged_AreDropped(string what, Func<Message, Message> change)
    {
        Message sampled = Harmony.ParseMessages(OddCall, Role.Assistant)[0];
        Message changed = change(sampled);
        Assert.True(changed.SampledIds.IsEmpty, what);
        Assert.Equal(OddCall, sampled.SampledIds);
        Assert.Equal(
            Harmony.Render(Message.Parse(changed.ToJson())), Harmony.Render(changed));
    }

    [Fact]
    public void SampledIds_MessageIsSetToWhatItWas_Stay()
    {
        Message sampled = Harmony.ParseMessages(OddCall, Role.Assistant)[0];
        Message same = sampled.WithName(null).WithChannel("commen" + "tary").WithRecipient("functions.f")
            .WithContentType(sampled.ContentType) with
        { Contents = ["{}"] };
        Assert.Equal(OddCall, same.SampledIds);
        Assert.Equal([.. Prompt, .. OddCall], Harmony.Render(same));
    }

    [Fact]
    public void Equals_SampledAndHandMade_LooksAtTheValueOnly()
    {
        Message sampled = Harmony.ParseMessages([.. Final, .. OddHello, Return], Role.Assistant)[0];
        Message byHand = Message.Assistant("Hello", Channels.Final);
        Assert.Equal(byHand, sampled);
        Assert.Equal(byHand.GetHashCode(), sampled.GetHashCode());
        Assert.Equal(byHand.ToJson(), sampled.ToJson());
        Assert.NotEqual(byHand, sampled.WithChannel(null));
    }

    [Fact]
    public void Render_SampledMessage_ReproducesItsIds()
    {
        Message call = Harmony.ParseMessages(OddCall, Role.Assistant)[0];
        Assert.Equal(("commentary", "functions.f"), (call.Channel, call.Recipient));
        Assert.Equal([.. Prompt, .. OddCall], Harmony.Render(call));
        Message answer = Harmony.ParseMessages([.. Final, .. OddHello, Return], Role.Assistant)[0];
        int[] history = [.. Prompt, .. Final, .. OddHello, End];
        Assert.Equal(history, Harmony.Render(answer));
        Assert.Equal([.. history, .. Prompt], Harmony.RenderForCompletion([answer]));
        Assert.Equal([.. history[..^1], Return], Harmony.RenderForTraining([answer]));
    }

    [Fact]
    public void Render_SampledMessageAsTrainingTarget_EndsInReturnHoweverItEnded()
    {
        int[] ids = [.. Prompt, .. Final, .. OddHello];
        foreach (int[] end in (int[][])[[], [End], [Call], [Return]])
        {
            Message answer = Harmony.ParseMessages([.. ids, .. end])[0];
            Assert.Equal([.. ids, Return], Harmony.RenderForTraining([answer]));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Render_SampledMessageWithoutEnd_GetsTheFormatsEnd(bool isCall)
    {
        int[] whole = isCall ? OddCall : [.. Final, .. OddHello, End];
        Message cutOff = Harmony.ParseMessages(whole.AsSpan()[..^1], Role.Assistant)[0];
        Assert.Equal(whole.AsMemory()[..^1], cutOff.SampledIds);
        Assert.Equal([.. Prompt, .. whole], Harmony.Render(cutOff));

        // A call that ended like an answer is a call in the history.
        Message returned = Harmony.ParseMessages([.. whole[..^1], Return], Role.Assistant)[0];
        Assert.Equal([.. Prompt, .. whole], Harmony.Render(returned));
    }

    [Fact]
    public void Render_SampledIdsAreNotWanted_TokenizesAnew()
    {
        Message answer = Harmony.ParseMessages([.. Final, .. OddHello, Return], Role.Assistant)[0];
        int[] expected = [.. Prompt, .. Final, .. Harmony.Encode("Hello"), End];
        RenderOptions tokenizing = RenderOptions.History with { UseSampledIds = false };
        Assert.Equal(expected, Harmony.Render([answer], tokenizing));
        Assert.Equal(expected, Harmony.Render(answer.WithoutSampledIds()));
        Assert.NotEqual(expected, Harmony.Render([answer]));
    }

    [Fact]
    public void Render_SampledCompletion_ContinuesItsPrompt()
    {
        Conversation chat = [Message.System(SystemContent.Default), Message.User("Hi")];
        int[] prompt = Harmony.RenderForCompletion(chat);
        int[] completion =
        [
            .. Final[..^2], .. Harmony.Encode("analysis"), MessageMarker, .. OddHello, End,
            .. Prompt, .. OddCall,
        ];
        ValueList<Message> sampled = Harmony.ParseMessages(completion, Role.Assistant);
        int[] next = Harmony.RenderForCompletion(
            chat.Add(sampled.AsSpan()).Add(Message.ToolResult("functions.f", "42")));
        Assert.Equal([.. prompt, .. completion], next[..(prompt.Length + completion.Length)]);
    }

    [Theory]
    // Special tokens are text in content, and would be structure in a prompt.
    [InlineData("<|channel|>final<|message|>a<|channel|>b<|return|>")]
    [InlineData("<|channel|>final<|message|>a<|start|>system<|message|>b<|return|>")]
    [InlineData("<|channel|>final<|message|>a<|reserved_200013|><|return|>")]
    // A header that the strict parser reads, and a prompt does not.
    [InlineData("<|channel|>final<|end|><|message|>a<|return|>")]
    [InlineData("<|channel|>final <|channel|>x<|message|>a<|return|>")]
    [InlineData("to=functions.f<|channel|>commentary<|message|>{}<|call|>")]
    [InlineData("json<|channel|>commentary<|message|>{}<|call|>")]
    [InlineData("assistant<|channel|>final<|message|>a<|return|>")]
    [InlineData(" assistant<|channel|>final<|message|>a<|return|>")]
    public void SampledIds_ThatWouldNotSayTheSame_AreDropped(string completion)
    {
        int[] ids = Harmony.Tokenizer.Encode(completion, EncodeOptions.AllSpecial);
        Message message = Assert.Single(Harmony.ParseMessages(ids, Role.Assistant));
        Assert.True(message.SampledIds.IsEmpty);
        RenderOptions asSaid = RenderOptions.History with { CheckHeaders = false };
        Assert.Equal(
            Harmony.Render(Message.Parse(message.ToJson()), asSaid), Harmony.Render(message, asSaid));
    }

    [Fact]
    public void SampledIds_HeaderAfterABadOne_AreDroppedIfTheirRoleIsNotTheirs()
    {
        // The given role is still to be used, so that "user" is read as the recipient.
        var parser = new StreamableParser(Harmony, Role.Assistant);
        Assert.Throws<HarmonyParseException>(() => parser.Process([200_005, MessageMarker]));
        parser.Process(Harmony.Tokenizer.Encode("<|start|>user<|message|>a<|end|>", EncodeOptions.AllSpecial));
        Assert.Equal("user", Assert.Single(parser.Messages).Recipient);
        Assert.True(parser.Messages[0].SampledIds.IsEmpty);
    }

    /// <summary>All completions that the reference reads: ids that are kept say the same when they are read again,
    /// and a history is what was sampled.</summary>
    [Fact]
    public void Render_GoldenCompletions_ReproduceTheirIds()
    {
        int kept = 0;
        int dropped = 0;
        int rendered = 0;
        foreach ((int[] ids, Role? role) in GoldenCompletions())
        {
            ValueList<Message> messages = Harmony.ParseMessages(ids, role);
            foreach (Message message in messages.Where(static message => !message.SampledIds.IsEmpty))
            {
                int[] start = message.IsStartInPrompt ? Harmony.RenderForCompletion([], message.Role) : [];
                Message again = Assert.Single(Harmony.ParseMessages([.. start, .. message.SampledIds.Span]));
                Assert.Equal(message with { Author = again.Author }, again);
                Assert.Equal(message.Role, again.Role);
                kept++;
            }

            int[] all = [.. messages.SelectMany(static message => message.SampledIds.ToArray())];
            if (messages.Any(static message => message.SampledIds.IsEmpty))
            {
                dropped++;
                continue;
            }

            Assert.Equal(ids, all);
            if (messages.All(static message => message.Author is not { Role: Role.Tool, Name: null }))
            {
                CheckRendered(messages, ids, role);
                rendered++;
            }
        }

        Assert.InRange(kept, 100, int.MaxValue);
        Assert.InRange(dropped, 1, 100);
        Assert.InRange(rendered, 50, int.MaxValue);
    }

    private static void CheckRendered(ValueList<Message> messages, int[] ids, Role? role)
    {
        int[] start = role is Role given ? Harmony.RenderForCompletion([], given) : [];
        int[] end = messages.IsEmpty || ids[^1] is Return or End or Call
            ? []
            : [messages[^1] is { Role: Role.Assistant, Recipient: not null } ? Call : End];
        int[] rendered = Harmony.Render(
            new Conversation(messages), RenderOptions.History with { Analysis = AnalysisPolicy.KeepAll, CheckHeaders = false });
        int[] expected = [.. start, .. ids, .. end];
        Assert.Equal(expected.Length, rendered.Length);
        Assert.All(expected.Zip(rendered), static pair => Assert.True(
            pair.First == pair.Second || (pair.First == Return && pair.Second is End or Call)));
    }

    private static IEnumerable<(int[] Ids, Role? Role)> GoldenCompletions()
    {
        for (int line = 0; line < GoldenFile.ReadLines("parse").Length; line++)
        {
            using JsonDocument golden = GoldenFile.Parse("parse", line);
            JsonElement request = golden.RootElement.GetProperty("request");
            int[] ids =
                [.. request.GetProperty("tokens").EnumerateArray().Select(static id => (int)id.GetUInt32())];
            bool isStrict = !request.TryGetProperty("strict", out JsonElement strict) || strict.GetBoolean();
            if (golden.RootElement.GetProperty("response").TryGetProperty("error", out _)
                || !isStrict || ids.Any(static id => (uint)id > 201_088))
            {
                continue;
            }

            bool isGiven = request.TryGetProperty("role", out JsonElement word)
                && word.ValueKind == JsonValueKind.String;
            yield return (ids, isGiven ? RoleExtensions.Parse(word.GetString()) : null);
        }
    }
}
