using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Harmony.Bpe;
using Harmony.Core;
using Harmony.Tests;
using InferenceServer.Playground.Support;

namespace InferenceServer.Playground;

/// <summary>What the page asks the server, over a real socket.</summary>
public sealed class PlaygroundEndpointsTests(BrowserFixture fixture) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = fixture.Address };

    [Fact]
    public async Task MapPlayground_Root_IsThePageAndAllowsNothingFromElsewhere()
    {
        using HttpResponseMessage response = await _http.GetAsync("/");

        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains("Harmony", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.StartsWith(
            "default-src 'self';",
            response.Headers.GetValues("Content-Security-Policy").Single(),
            StringComparison.Ordinal);
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.True(response.Headers.CacheControl?.NoCache);
    }

    [Fact]
    public async Task MapPlayground_AssetThatTheClientHas_IsNotSentAgain()
    {
        using HttpResponseMessage first = await _http.GetAsync("/js/app.js");
        using var again = new HttpRequestMessage(HttpMethod.Get, "/js/app.js");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);

        using HttpResponseMessage second = await _http.SendAsync(again);

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Fact]
    public async Task MapPlayground_FilesThatThePageNames_AreAllThere()
    {
        string[] files = [.. Directory.EnumerateFiles(
            RepositoryFiles.PathOf("samples/InferenceServer/wwwroot"), "*", SearchOption.AllDirectories)];
        Assert.True(files.Length > 10);
        foreach (string file in files.Where(static file => Path.GetFileName(file) != "index.html"))
        {
            string path = Path.GetRelativePath(RepositoryFiles.PathOf("samples/InferenceServer/wwwroot"), file);
            Assert.Equal(
                await File.ReadAllBytesAsync(file), await _http.GetByteArrayAsync("/" + path.Replace('\\', '/')));
        }
    }

    [Theory]
    [InlineData("o200k_harmony", "ordinary")]
    [InlineData("o200k_harmony", "all")]
    [InlineData("o200k_base", "all")]
    public async Task Tokenize_Text_GivesTheLibrarysIds(string encoding, string special)
    {
        const string Text = "Ahoy 🩷 wörld<|endoftext|><|end|>\n";
        BpeTokenizer tokenizer = encoding == "o200k_base" ? BpeTokenizer.O200kBase : BpeTokenizer.O200kHarmony;
        EncodeOptions options = special == "all" ? EncodeOptions.AllSpecial : EncodeOptions.Ordinary;

        JsonElement answer = await PostAsync("/tokenize", new { prompt = Text, encoding, special, limit = 3 });

        Assert.Equal(tokenizer.Encode(Text, options), Ints(answer, "tokens"));
        Assert.Equal(Encoding.UTF8.GetByteCount(Text), Ints(answer, "byte_lengths").Sum());
        Assert.Equal(
            tokenizer.GetPrefixLength(Encoding.UTF8.GetBytes(Text), 3, options),
            answer.GetProperty("prefix_bytes").GetInt32());
        JsonElement back = await PostAsync("/detokenize", new { tokens = Ints(answer, "tokens"), encoding });
        Assert.Equal(Text, back.GetProperty("prompt").GetString());
    }

    [Theory]
    [InlineData("/tokenize", """{}""", "prompt")]
    [InlineData("/tokenize", """{"prompt":"x","encoding":"gpt2"}""", "encoding")]
    [InlineData("/tokenize", """{"prompt":"x","limit":-1}""", "limit")]
    [InlineData("/tokenize", """{"prompt":""", null)]
    [InlineData("/detokenize", """{"tokens":[1,-5]}""", "tokens[1]")]
    [InlineData("/render", """{"conversation":"{}"}""", "conversation")]
    [InlineData("/render", """{"conversation":"{\"messages\":[]}","purpose":"fun"}""", "purpose")]
    [InlineData("/parse", """{"text":"x","tokens":[1]}""", "text")]
    [InlineData("/parse", """{"text":"x","stop":[""]}""", "stop")]
    [InlineData("/parse", """{"text":"x","tools":"[]"}""", "tools")]
    public async Task Calls_RequestThatIsWrong_IsRefusedInOpenAIsForm(string path, string json, string? param)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await _http.PostAsync(path, content);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        JsonElement error = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error");
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
        Assert.Equal("invalid_request_error", error.GetProperty("type").GetString());
        Assert.Equal(param, error.GetProperty("param").GetString());
        Assert.Equal(JsonValueKind.Null, error.GetProperty("code").ValueKind);
    }

    [Fact]
    public async Task Calls_RequestThatIsTooLong_IsRefused()
    {
        using HttpResponseMessage response =
            await _http.PostAsJsonAsync("/tokenize", new { prompt = new string('a', 9 << 20) });

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Theory]
    [InlineData("drop_before_first_final", AnalysisPolicy.DropBeforeFirstFinal, 0)]
    [InlineData("drop_finished_turns", AnalysisPolicy.DropFinishedTurns, 1)]
    [InlineData("keep_all", AnalysisPolicy.KeepAll, 0)]
    public async Task Render_Policy_GivesTheLibrarysIdsAndWhatIsLeftOut(string word, AnalysisPolicy policy, int dropped)
    {
        // The assistant's last message is no final one, so that the reference's rule keeps all.
        const string Json = """
            {"messages":[{"role":"user","content":"1?"},{"role":"assistant","channel":"analysis","content":"Hm."},
            {"role":"assistant","channel":"final","content":"1."},{"role":"user","content":"2?"},
            {"role":"assistant","channel":"analysis","content":"Hm again."}]}
            """;
        JsonElement answer = await PostAsync("/render", new { conversation = Json, analysis = word });

        int[] ids = Ints(answer, "tokens");
        RenderOptions options = RenderOptions.Completion with { Analysis = policy };
        Assert.Equal(HarmonyEncoding.OpenAI.Render(Conversation.Parse(Json), options), ids);
        Assert.Equal(Enumerable.Repeat(1, dropped), Ints(answer, "dropped"));
        JsonElement[] parts = [.. answer.GetProperty("parts").EnumerateArray()];
        Assert.Equal(6 - dropped, parts.Length);
        Assert.Equal(ids.Length, parts.Sum(static part => part.GetProperty("count").GetInt32()));
        Assert.False(parts[^1].TryGetProperty("message", out _));
        Assert.Equal(HarmonyEncoding.OpenAI.Decode(ids), answer.GetProperty("prompt").GetString());
    }

    [Fact]
    public async Task Render_OtherDialect_GivesTheLibrarysIds()
    {
        string json = await File.ReadAllTextAsync(RepositoryFiles.PathOf("samples/tool-call.json"));

        JsonElement answer = await PostAsync("/render", new { conversation = json, dialect = "oss", purpose = "none" });

        Assert.Equal(HarmonyEncoding.OssHarmony.Render(Conversation.Parse(json)), Ints(answer, "tokens"));
    }

    [Fact]
    public async Task Render_EditAfterCaching_TellsWhatTheCacheKeeps()
    {
        const string Before = """{"messages":[{"role":"user","content":"One"},{"role":"user","content":"Two"}]}""";
        const string After = """{"messages":[{"role":"user","content":"One"},{"role":"user","content":"Three"}]}""";
        JsonElement answer =
            await PostAsync("/render", new { conversation = After, cached = new { conversation = Before } });
        var renderer = new ConversationRenderer(HarmonyEncoding.OpenAI, RenderOptions.Completion);
        renderer.Update(Conversation.Parse(Before));
        int cached = renderer.Render().Length;
        renderer.Update(Conversation.Parse(After));
        renderer.Render();

        Assert.Equal(cached, answer.GetProperty("cached_count").GetInt32());
        Assert.Equal(renderer.UnchangedIdCount, answer.GetProperty("unchanged_count").GetInt32());
    }

    [Fact]
    public async Task Render_HeaderThatForges_IsRefusedAtItsMessage()
    {
        const string Json = """
            {"messages":[{"role":"user","content":"ä"}, {"role":"user","name":"a to=b","content":"x"}]}
            """;
        using HttpResponseMessage response = await _http.PostAsJsonAsync("/render", new { conversation = Json });

        JsonElement error = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error");
        Assert.Equal(1, error.GetProperty("message_index").GetInt32());
        int position = error.GetProperty("position").GetInt32();
        string there = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(Json).AsSpan(position));
        Assert.StartsWith("""{"role":"user","name""", there, StringComparison.Ordinal);
        JsonElement trusted = await PostAsync("/render", new { conversation = Json, check_headers = false });
        RenderOptions trusting = RenderOptions.Completion with { CheckHeaders = false };
        Assert.Equal(HarmonyEncoding.OpenAI.Render(Conversation.Parse(Json), trusting), Ints(trusted, "tokens"));
    }

    [Fact]
    public async Task Render_AWrongNameAfterADeepSchema_IsRefusedAtItsMessage()
    {
        string deep = string.Concat(Enumerable.Repeat("""{"items":""", 100)) + "{}" + new string('}', 100);
        string json = $$"""
            {"messages":[{"role":"developer","content":[{"type":"developer_content","tools":{"functions":{
            "name":"functions","tools":[{"name":"f","description":"","parameters":{{deep}} }]} } }]},
            {"role":"user","name":"a to=b","content":"x"}]}
            """;
        using HttpResponseMessage response = await _http.PostAsJsonAsync("/render", new { conversation = json });

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        JsonElement error = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error");
        Assert.Equal(
            json.IndexOf("""{"role":"user""", StringComparison.Ordinal), error.GetProperty("position").GetInt32());
    }

    [Theory]
    [InlineData("resilient")]
    [InlineData("strict")]
    public async Task Parse_ALongRecipient_IsToldOnce(string mode)
    {
        string recipient = string.Concat(Enumerable.Repeat("x.", 30)) + "x";
        JsonElement answer = await PostAsync("/parse", new
        {
            text = $"<|channel|>commentary to={recipient}<|message|>one two three<|call|>",
            mode,
        });

        JsonElement[] events = [.. answer.GetProperty("events").EnumerateArray()];
        Assert.Equal(3, events.Count(static one => KindOf(one) == "delta"));
        JsonElement told = Assert.Single(events, static one => one.TryGetProperty("recipient", out _));
        Assert.Equal(
            ("header", recipient), (KindOf(told), told.GetProperty("recipient").GetString()));
    }

    [Theory]
    [InlineData("resilient", "<|channel|>analysis<|message|>Easy.<|channel|>final<|message|>4 🩷<|return|>")]
    [InlineData(
        "strict",
        "<|channel|>analysis<|message|>Easy.<|end|><|start|>assistant<|channel|>final<|message|>4 🩷<|return|>")]
    [InlineData("lenient", "<|channel|>final<|message|>4 🩷<|return|>")]
    public async Task Parse_Completion_TellsAllThatHappens(string mode, string text)
    {
        JsonElement answer = await PostAsync("/parse", new { text, mode });

        JsonElement[] events = [.. answer.GetProperty("events").EnumerateArray()];
        JsonElement last = answer.GetProperty("messages").EnumerateArray().Last();
        Assert.Equal("4 🩷", last.GetProperty("content").GetString());
        int final = events.Count(static one => KindOf(one) == "end") - 1;
        Assert.Equal("4 🩷", string.Concat(events
            .Where(one => KindOf(one) == "delta" && one.GetProperty("message").GetInt32() == final)
            .Select(static one => one.GetProperty("text").GetString())));
        Assert.Equal(mode == "resilient", events.Any(static one => KindOf(one) == "diagnostic"));
        int[] at = [.. events.Select(static one => one.GetProperty("at").GetInt32())];
        Assert.Equal(at.Order(), at);
    }

    [Fact]
    public async Task Parse_StrictAndMalformed_EndsWithTheErrorAtItsId()
    {
        const string Text = "<|channel|>final<|message|>Hi<|return|>more";
        JsonElement answer = await PostAsync("/parse", new { text = Text, mode = "strict" });

        JsonElement last = answer.GetProperty("events").EnumerateArray().Last();
        Assert.Equal("error", KindOf(last));
        Assert.Equal(5, last.GetProperty("start").GetInt32());
        Assert.Equal(1, answer.GetProperty("messages").GetArrayLength());
    }

    [Fact]
    public async Task Parse_IdsThatAreNoTokens_AreRead()
    {
        int[] tokens = [200005, 17196, 200008, 199_999_999, 102, 200002];
        JsonElement answer = await PostAsync("/parse", new { tokens });

        Assert.Equal([11, 5, 11, 0, 1, 10], Ints(answer, "byte_lengths"));
        Assert.Equal("\ufffd\ufffd", answer.GetProperty("messages")[0].GetProperty("content").GetString());
    }

    public void Dispose() => _http.Dispose();

    private static string? KindOf(JsonElement one) => one.GetProperty("kind").GetString();

    private static int[] Ints(JsonElement answer, string name) =>
        [.. answer.GetProperty(name).EnumerateArray().Select(static item => item.GetInt32())];

    private async Task<JsonElement> PostAsync(string path, object request)
    {
        using HttpResponseMessage response = await _http.PostAsJsonAsync(path, request);
        string answer = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, answer);
        return JsonSerializer.Deserialize<JsonElement>(answer);
    }
}
