using System.Text;
using System.Text.Json;
using Harmony.Core;

namespace InferenceServer.Playground;

/// <summary>Conversations to prompts.</summary>
internal static class Rendering
{
    private const string StartMarker = "<|start|>";

    public static RenderResponse Render(RenderRequest request)
    {
        var unknown = new List<string>();
        Conversation conversation = Read(request, "conversation", unknown.Add);
        HarmonyEncoding encoding = EncodingOf(request.Dialect);
        RenderOptions options = OptionsOf(request);
        int[] ids = Render(request, conversation, encoding, options, "conversation");
        int[] dropped = FindDropped(conversation, encoding, options, ids);
        int[]? cached = RenderCached(request.Cached);
        return new RenderResponse(
            ids.Length,
            ids,
            Tokenizing.LengthsOf(ids, encoding.Tokenizer),
            encoding.Decode(ids),
            Split(ids, conversation.Count, dropped, StartOf(encoding)),
            dropped,
            [.. unknown],
            cached?.Length,
            cached?.AsSpan().CommonPrefixLength(ids));
    }

    /// <summary>The encoding of a dialect.</summary>
    public static HarmonyEncoding EncodingOf(string? dialect) => PlaygroundException.Choose(
        "dialect", dialect, ("openai", HarmonyEncoding.OpenAI), ("oss", HarmonyEncoding.OssHarmony));

    /// <summary>The role of a word; null for none.</summary>
    public static Role? RoleOf(string? word) => word is null ? null
        : RoleExtensions.TryParse(word, out Role role) ? role
        : throw new PlaygroundException($"There is no role '{word}'.", "role");

    /// <summary>The error of JSON that cannot be read.</summary>
    public static PlaygroundException Malformed(HarmonyJsonException e, string param) => new(e.Message, param)
    {
        Error = new PlaygroundError { Message = e.Message, Param = param, Position = e.Position, Path = e.Path },
    };

    /// <summary>The id of the start marker.</summary>
    public static int StartOf(HarmonyEncoding encoding) =>
        encoding.Tokenizer.SpecialTokens.TryGetId(StartMarker, out int id) ? id : -1;

    // What was cached is a prompt that this server made, so that it can be made again.
    private static int[]? RenderCached(RenderRequest? cached) => cached is null ? null : Render(
        cached, Read(cached, "cached", null), EncodingOf(cached.Dialect), OptionsOf(cached), "cached");

    private static Conversation Read(RenderRequest request, string param, Action<string>? unknownMember)
    {
        try
        {
            return Conversation.Parse(
                request.Conversation ?? throw new PlaygroundException("There is no conversation.", param),
                new HarmonyJsonOptions
                {
                    KeepSampledIds = request.KeepSampled,
                    UnknownMemberSkipped = unknownMember,
                });
        }
        catch (HarmonyJsonException e)
        {
            throw Malformed(e, param);
        }
    }

    private static int[] Render(
        RenderRequest request, Conversation conversation, HarmonyEncoding encoding, RenderOptions options, string param)
    {
        try
        {
            return encoding.Render(conversation, options);
        }
        catch (HarmonyException e)
        {
            throw new PlaygroundException(e.Message, param)
            {
                Error = new PlaygroundError
                {
                    Message = e.Message,
                    Param = param,
                    Code = (e as HarmonyRenderException)?.Field,
                    MessageIndex = e.MessageIndex,
                    Position = e.MessageIndex is int index ? FindMessage(request.Conversation!, index) : null,
                },
            };
        }
    }

    private static RenderOptions OptionsOf(RenderRequest request) => new()
    {
        Purpose = PlaygroundException.Choose(
            "purpose",
            request.Purpose,
            ("completion", RenderPurpose.Completion),
            ("continuation", RenderPurpose.Continuation),
            ("training", RenderPurpose.Training),
            ("none", RenderPurpose.History)),
        NextRole = RoleOf(request.Role) ?? Role.Assistant,
        Analysis = PlaygroundException.Choose(
            "analysis",
            request.Analysis,
            ("drop_before_first_final", AnalysisPolicy.DropBeforeFirstFinal),
            ("drop_finished_turns", AnalysisPolicy.DropFinishedTurns),
            ("keep_all", AnalysisPolicy.KeepAll)),
        CheckHeaders = request.CheckHeaders,
    };

    /// <summary>Finds the messages that were left out. Each message begins with a start marker, so their number
    /// is known; and all reasoning before some place is left out, so they are the first messages of
    /// reasoning.</summary>
    private static int[] FindDropped(
        Conversation conversation, HarmonyEncoding encoding, RenderOptions options, int[] ids)
    {
        int begun = options.Purpose == RenderPurpose.Completion ? 1 : 0;
        int count = conversation.Count - (ids.AsSpan().Count(StartOf(encoding)) - begun);
        return [.. Enumerable.Range(0, conversation.Count)
            .Where(index => conversation[index].Channel == Channels.Analysis)
            .Take(count)];
    }

    private static PromptPart[] Split(int[] ids, int messageCount, int[] dropped, int start)
    {
        int[] starts = [.. Enumerable.Range(0, ids.Length).Where(index => ids[index] == start), ids.Length];
        int[] messages = [.. Enumerable.Range(0, messageCount).Except(dropped)];
        return [.. Enumerable.Range(0, starts.Length - 1).Select(part => new PromptPart(
            part < messages.Length ? messages[part] : null, starts[part], starts[part + 1] - starts[part]))];
    }

    /// <summary>Where in a conversation's JSON a message begins, in bytes; null if it is not found.</summary>
    private static long? FindMessage(string json, int index)
    {
        // It was read already, so that it is no deeper than that allows.
        var reader = new Utf8JsonReader(
            Encoding.UTF8.GetBytes(json), new JsonReaderOptions { MaxDepth = int.MaxValue });
        while (reader.Read())
        {
            if (reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.PropertyName
                && reader.ValueTextEquals("messages"u8))
            {
                reader.Read();
                for (int i = -1; i < index && reader.Read(); i++)
                {
                    if (i + 1 < index)
                    {
                        reader.Skip();
                    }
                }

                return reader.TokenStartIndex;
            }
        }

        return null;
    }
}
