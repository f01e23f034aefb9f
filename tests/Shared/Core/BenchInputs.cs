using System.Text.Json;
using Harmony.Core;

namespace Harmony.Tests;

/// <summary>The conversations and completions of tests/Golden/bench, with the reference's results.</summary>
internal static class BenchInputs
{
    public static Conversation ReadConversation(string size) =>
        Conversation.Parse(File.ReadAllText(PathOf($"conversation_{size}.json")));

    public static int[] ReadPrompt(string size)
    {
        using JsonDocument ids = Parse($"conversation_{size}.tokens.json");
        return ReadIds(ids.RootElement);
    }

    public static int[] ReadCompletion(int ids, out ValueList<Message> messages)
    {
        using JsonDocument completion = Parse($"completion_{ids}.json");
        JsonElement list = completion.RootElement.GetProperty("messages");
        messages = Conversation.Parse($$"""{"messages":{{list.GetRawText()}}}""").Messages;
        return ReadIds(completion.RootElement.GetProperty("tokens"));
    }

    private static string PathOf(string name) => RepositoryFiles.PathOf($"tests/Golden/bench/{name}");

    private static JsonDocument Parse(string name) => JsonDocument.Parse(File.ReadAllText(PathOf(name)));

    private static int[] ReadIds(JsonElement ids) =>
        [.. ids.EnumerateArray().Select(static id => id.GetInt32())];
}
