using System.ClientModel;
using System.Text;
using OpenAI.Chat;
using Official = OpenAI.Chat;

namespace Harmony.OpenAI.Tests;

/// <summary>The official client's requests are read, and it reads the answers.</summary>
public sealed class ChatClientTests
{
    private static readonly Official.ChatTool Weather = Official.ChatTool.CreateFunctionTool(
        "get-weather", "The weather.", BinaryData.FromString(
            """{"type":"object","properties":{"place":{"type":"string"}}}"""));

    [Fact]
    public void CompleteChat_AnAnswer_IsRead()
    {
        var server = new ScriptedServer(Answers.Hello);

        Official.ChatCompletion answer = Client(server).CompleteChat(
            [new SystemChatMessage("Be brief."), new UserChatMessage("Ahoy!")],
            new ChatCompletionOptions
            {
                MaxOutputTokenCount = 50,
                Temperature = 0.5f,
                ReasoningEffortLevel = ChatReasoningEffortLevel.High,
            });

        Assert.Equal("Ahoy, wörld!", answer.Content[0].Text);
        Assert.Equal(Official.ChatFinishReason.Stop, answer.FinishReason);
        Assert.Equal("gpt-oss-20b", answer.Model);
        Assert.Equal(100, answer.Usage.InputTokenCount);
        Assert.Equal(60, answer.Usage.InputTokenDetails.CachedTokenCount);
        Assert.Equal(Answers.Ids(Answers.Hello).Length, answer.Usage.OutputTokenCount);
        Assert.Equal(3, answer.Usage.OutputTokenDetails.ReasoningTokenCount);
        Assert.Equal(50, server.Prompt!.MaxTokens);
        Assert.Equal(0.5, server.Prompt.Temperature);
        string prompt = Answers.Text(server.Prompt);
        Assert.Contains("Reasoning: high", prompt, StringComparison.Ordinal);
        Assert.EndsWith(
            "<|start|>developer<|message|># Instructions\n\nBe brief.<|end|>"
            + "<|start|>user<|message|>Ahoy!<|end|><|start|>assistant",
            prompt,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    public async Task CompleteChatStreaming_AnAnswer_IsRead(int pushLength)
    {
        var server = new ScriptedServer(Answers.Hello) { PushLength = pushLength };
        var text = new StringBuilder();
        Official.ChatFinishReason? reason = null;
        ChatTokenUsage? usage = null;

        await foreach (StreamingChatCompletionUpdate update in Client(server)
            .CompleteChatStreamingAsync([new UserChatMessage("Ahoy!")]))
        {
            Assert.Equal("chatcmpl-1", update.CompletionId);
            text.Append(string.Concat(update.ContentUpdate.Select(static part => part.Text)));
            reason = update.FinishReason ?? reason;
            usage = update.Usage ?? usage;
        }

        Assert.Equal("Ahoy, wörld!", text.ToString());
        Assert.Equal(Official.ChatFinishReason.Stop, reason);
        Assert.True(server.Prompt!.IncludeUsage);
        Assert.Equal(3, usage!.OutputTokenDetails.ReasoningTokenCount);
        Assert.Equal(60, usage.InputTokenDetails.CachedTokenCount);
    }

    [Fact]
    public async Task CompleteChatStreaming_ACall_IsRead()
    {
        var server = new ScriptedServer(Answers.Call);
        string? id = null;
        string? name = null;
        var arguments = new StringBuilder();
        Official.ChatFinishReason? reason = null;

        await foreach (StreamingChatCompletionUpdate update in Client(server).CompleteChatStreamingAsync(
            [new UserChatMessage("Rain?")], new ChatCompletionOptions { Tools = { Weather } }))
        {
            foreach (StreamingChatToolCallUpdate call in update.ToolCallUpdates)
            {
                Assert.Equal(0, call.Index);
                id ??= call.ToolCallId;
                name ??= call.FunctionName;
                arguments.Append(Encoding.UTF8.GetString(call.FunctionArgumentsUpdate.ToArray()));
            }

            reason = update.FinishReason ?? reason;
        }

        Assert.Equal("call_1_0", id);
        Assert.Equal("get-weather", name);
        Assert.Equal("""{"place":"Oslo"}""", arguments.ToString());
        Assert.Equal(Official.ChatFinishReason.ToolCalls, reason);
    }

    [Fact]
    public void CompleteChat_ACallAndItsResult_AreTheNextPrompt()
    {
        var server = new ScriptedServer(Answers.Call, Answers.Hello);
        ChatClient client = Client(server);
        var options = new ChatCompletionOptions { Tools = { Weather } };
        List<Official.ChatMessage> messages = [new UserChatMessage("Rain?")];

        Official.ChatCompletion call = client.CompleteChat(messages, options);
        messages.Add(new AssistantChatMessage(call));
        messages.Add(new ToolChatMessage(call.ToolCalls[0].Id, "Sunny."));
        Official.ChatCompletion answer = client.CompleteChat(messages, options);

        Assert.Equal("One moment.", call.Content[0].Text);
        Assert.Equal("Ahoy, wörld!", answer.Content[0].Text);
        string prompt = Answers.Text(server.Prompt!);
        Assert.Contains("type get_weather = (_:", prompt, StringComparison.Ordinal);
        Assert.EndsWith(
            "<|start|>user<|message|>Rain?<|end|>"
            + "<|start|>assistant<|channel|>commentary<|message|>One moment.<|end|>"
            + "<|start|>assistant to=functions.get_weather<|channel|>commentary <|constrain|>json<|message|>"
            + "{\"place\":\"Oslo\"}<|call|>"
            + "<|start|>functions.get_weather to=assistant<|channel|>commentary<|message|>Sunny.<|end|>"
            + "<|start|>assistant",
            prompt,
            StringComparison.Ordinal);
    }

    [Fact]
    public void CompleteChat_SchemaAndForcedTool_AreRead()
    {
        var server = new ScriptedServer("{}<|call|>");

        Official.ChatCompletion answer = Client(server).CompleteChat(
            [new UserChatMessage("Rain?")],
            new ChatCompletionOptions
            {
                Tools = { Weather },
                ToolChoice = ChatToolChoice.CreateFunctionChoice("get-weather"),
                ResponseFormat = Official.ChatResponseFormat.CreateJsonSchemaFormat(
                    "answer", BinaryData.FromString("""{"type":"object"}""")),
                StopSequences = { "###" },
            });

        Assert.Equal("functions.get_weather", server.Prompt!.RequiredTool);
        Assert.Equal("""{"type":"object"}""", server.Prompt.AnswerSchema!.ToString());
        Assert.Equal("###", server.Prompt.StopStrings[0].Text);
        Assert.Equal("get-weather", answer.ToolCalls[0].FunctionName);
        Assert.Equal("{}", answer.ToolCalls[0].FunctionArguments.ToString());
    }

    [Fact]
    public void CompleteChat_AnImage_IsRefusedWithItsPlace()
    {
        var server = new ScriptedServer(Answers.Hello);

        ClientResultException refusal = Assert.Throws<ClientResultException>(() => Client(server).CompleteChat(
            new UserChatMessage(
                ChatMessageContentPart.CreateTextPart("What is it?"),
                ChatMessageContentPart.CreateImagePart(new Uri("http://localhost/a.png")))));

        Assert.Equal(400, refusal.Status);
        Assert.Contains("messages[0].content[1].type", refusal.Message, StringComparison.Ordinal);
    }

    private static ChatClient Client(ScriptedServer server) =>
        new("gpt-oss-20b", server.Key, server.ClientOptions);
}
