using System.Buffers;
using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net;
using System.Text;
using OpenAI;
using OpenAI.Responses;

namespace Harmony.OpenAI.Tests;

/// <summary>A server whose model samples what a script says: the official client speaks to it without a
/// network.</summary>
internal sealed class ScriptedServer(params string[] completions) : HttpMessageHandler
{
    private readonly Queue<string> _completions = new(completions);
    private readonly ResponseStore _store = new();
    private int _responses;

    /// <summary>The prompt of the last request.</summary>
    public HarmonyPrompt? Prompt { get; private set; }

    /// <summary>The last request's body.</summary>
    public string Body { get; private set; } = "";

    /// <summary>How many ids are pushed at once.</summary>
    public int PushLength { get; init; } = 1;

    public TurnEnding Ending { get; init; } = new(100, 60);

    public ApiKeyCredential Key { get; } = new("none");

    public OpenAIClientOptions ClientOptions => new()
    {
        Endpoint = new Uri("http://localhost/v1"),
        Transport = new HttpClientPipelineTransport(new HttpClient(this, disposeHandler: false)),
        RetryPolicy = new ClientRetryPolicy(0),
    };

    public ResponsesClientOptions ResponsesOptions => new()
    {
        Endpoint = new Uri("http://localhost/v1"),
        Transport = new HttpClientPipelineTransport(new HttpClient(this, disposeHandler: false)),
        RetryPolicy = new ClientRetryPolicy(0),
    };

    protected override HttpResponseMessage Send(
        HttpRequestMessage request, CancellationToken cancellationToken) =>
        SendAsync(request, cancellationToken).GetAwaiter().GetResult();

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        byte[] body = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
        Body = Encoding.UTF8.GetString(body);
        var output = new ArrayBufferWriter<byte>();
        try
        {
            if (request.RequestUri!.AbsolutePath.EndsWith("/responses", StringComparison.Ordinal))
            {
                Respond(body, output);
            }
            else
            {
                Answer(body, output);
            }
        }
        catch (OpenAIRequestException refusal)
        {
            return Reply(HttpStatusCode.BadRequest, OpenAIJson.ToUtf8(refusal.ToResponse()), isStream: false);
        }

        return Reply(HttpStatusCode.OK, output.WrittenSpan.ToArray(), Prompt!.Stream);
    }

    private void Answer(byte[] body, ArrayBufferWriter<byte> output)
    {
        Prompt = ChatCompletionMapper.ToPrompt(OpenAIJson.ReadChatCompletionRequest(body));
        var writer = new ChatCompletionWriter(Prompt, new OpenAIWriterOptions { Id = "chatcmpl-1" });
        foreach (int[] ids in Answers.Ids(_completions.Dequeue()).Chunk(PushLength))
        {
            Send(writer.Push(ids), output);
        }

        Send(writer.Complete(Ending), output);
        if (Prompt.Stream)
        {
            OpenAIEventStream.WriteDone(output);
        }
        else
        {
            OpenAIJson.Write(writer.ToCompletion(), output);
        }
    }

    private void Respond(byte[] body, ArrayBufferWriter<byte> output)
    {
        Prompt = ResponseMapper.ToPrompt(OpenAIJson.ReadResponseRequest(body), store: _store);
        var writer = new ResponseWriter(Prompt, new OpenAIWriterOptions { Id = $"resp_{++_responses}" });
        Send(writer.Start(), output);
        foreach (int[] ids in Answers.Ids(_completions.Dequeue()).Chunk(PushLength))
        {
            Send(writer.Push(ids), output);
        }

        Send(writer.Complete(Ending), output);
        _store.Add(writer);
        if (!Prompt.Stream)
        {
            OpenAIJson.Write(writer.ToResponse(), output);
        }
    }

    private void Send(IReadOnlyList<ResponseStreamEvent> events, ArrayBufferWriter<byte> output)
    {
        foreach (ResponseStreamEvent one in Prompt!.Stream ? events : [])
        {
            OpenAIEventStream.Write(one, output);
        }
    }

    private void Send(IReadOnlyList<ChatCompletionChunk> chunks, ArrayBufferWriter<byte> output)
    {
        foreach (ChatCompletionChunk chunk in Prompt!.Stream ? chunks : [])
        {
            OpenAIEventStream.Write(chunk, output);
        }
    }

    private static HttpResponseMessage Reply(HttpStatusCode status, byte[] body, bool isStream)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new(isStream ? "text/event-stream" : "application/json");
        return new HttpResponseMessage(status) { Content = content };
    }
}
