using System.Text.Encodings.Web;
using System.Text.Json;
using CommunityToolkit.HighPerformance.Buffers;
using Harmony.Bpe;
using Harmony.Cli.Input;
using Harmony.Core;

namespace Harmony.Cli.Rpc;

/// <summary>
/// Serves requests, one a line, until the input ends. Every line gets exactly one line back, flushed; one
/// that cannot be served gets an error, and the server goes on.
/// </summary>
internal sealed class RpcServer(Stream input, Stream output)
{
    private static readonly JsonWriterOptions WriterOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = int.MaxValue,
        SkipValidation = true,
    };

    private readonly LineReader _lines = new(input);
    private readonly RpcRequest _request = new();

    /// <summary>Runs until the input ends.</summary>
    public void Run()
    {
        using var response = new ArrayPoolBufferWriter<byte>();
        using var json = new Utf8JsonWriter(response, WriterOptions);
        bool first = true;
        while (_lines.TryRead(out ReadOnlyMemory<byte> line))
        {
            Answer(first ? ByteOrderMark.Skip(line) : line, response, json);
            first = false;
            output.Write(response.WrittenSpan);
            output.Flush();
            response.Clear();
        }
    }

    private void Answer(ReadOnlyMemory<byte> line, ArrayPoolBufferWriter<byte> response, Utf8JsonWriter json)
    {
        json.Reset();
        try
        {
            _request.Read(line);
            json.WriteStartObject();
            Serve(json);
        }
        catch (Exception e)
        {
            // Whatever it was, the next request may be a better one. Nothing of a half-written answer stays.
            response.Clear();
            json.Reset();
            json.WriteStartObject();
            WriteError(json, e);
        }

        if (_request.Has(RpcMember.Id))
        {
            json.WritePropertyName("id"u8);
            json.WriteRawValue(_request.Json(RpcMember.Id), skipInputValidation: true);
        }

        json.WriteEndObject();
        json.Flush();
        response.GetSpan(1)[0] = (byte)'\n';
        response.Advance(1);
    }

    private void Serve(Utf8JsonWriter json)
    {
        if (_request.Reader(RpcMember.Op).TokenType != JsonTokenType.String)
        {
            throw new RpcException(RpcException.Request, "op is not a string");
        }

        string op = _request.GetRequiredString(RpcMember.Op);
        if (!TokenizerOperations.TryServe(op, _request, json)
            && !ConversationOperations.TryServe(op, _request, json))
        {
            throw new RpcException(RpcException.Request, $"unknown op: {op}");
        }
    }

    private static void WriteError(Utf8JsonWriter json, Exception exception)
    {
        (string kind, string message) = exception switch
        {
            RpcException e => (e.Kind, e.Message),
            UnknownTokenException e => (
                RpcException.Harmony, $"Invalid token for decoding: {(uint)e.Id} (at index {e.Index})"),
            TokenizerException e => (RpcException.Harmony, e.Message),
            HarmonyValueException or HarmonyJsonException => (RpcException.Value, exception.Message),
            HarmonyException e => (RpcException.Harmony, e.Message),
            _ => (RpcException.Request, $"{exception.GetType().Name}: {exception.Message}"),
        };
        json.WriteString("error"u8, message);
        json.WriteString("kind"u8, kind);
    }
}
