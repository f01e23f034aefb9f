using Harmony.Core;
using Harmony.Tests;
using InferenceServer.Playground.Support;
using Microsoft.Playwright;

namespace InferenceServer.Playground;

public sealed class RenderViewTests(BrowserFixture browser)
{
    private static string Count(string json, RenderOptions? options = null) =>
        $"{HarmonyEncoding.OpenAI.CountIds(Conversation.Parse(json), options ?? RenderOptions.Completion):N0}";

    [Fact]
    public async Task Form_NewMessages_AreInThePromptAndTheJson()
    {
        await using PlaygroundPage page = await browser.OpenAsync("#render");
        string sample = await File.ReadAllTextAsync(RepositoryFiles.PathOf("samples/weather.json"));
        await page.HasTextAsync("#render-count", Count(sample));

        await page["#render-form .adders >> text=reasoning"].ClickAsync();
        await page["#render-form .card >> nth=3 >> textarea"].FillAsync("Hm & <|end|>");

        string json = await page["#render-json"].InputValueAsync();
        Message added = Conversation.Parse(json)[3];
        Assert.Equal("Hm & <|end|>", added.Text);
        Assert.Equal(Channels.Analysis, added.Channel);
        await page.HasTextAsync("#render-count", Count(json));
        await page.HasTextAsync("#render-messages", "4");
        await page.ContainsTextAsync("#render-kept", " of 250");
        await Assertions.Expect(page["#render-output .part >> nth=3 >> .warn-pill"]).ToBeVisibleAsync();
        await Assertions.Expect(page["#render-output .special >> nth=0"]).ToHaveTextAsync("<|start|>");
    }

    [Fact]
    public async Task Form_Tool_IsAddedWithItsSchema()
    {
        await using PlaygroundPage page = await browser.OpenAsync("#render");
        await page["text=Add a tool"].ClickAsync();
        await page["#render-form .tool >> nth=3 >> summary"].ClickAsync();
        ILocator schema = page["#render-form .tool >> nth=3 >> textarea"];
        await schema.FillAsync("{\"type\":");
        await Assertions.Expect(page["#render-form .tool >> nth=3 >> .field-error"]).ToBeVisibleAsync();
        await schema.FillAsync("""{"type":"object","properties":{"zest":{"type":"number","minimum":1.0}}}""");

        await page.ContainsTextAsync("#render-output", "zest?: number,");
        Assert.Contains("1.0", await page["#render-json"].InputValueAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Form_BuiltInTool_IsInThePrompt()
    {
        await using PlaygroundPage page = await browser.OpenAsync("#render");

        await page["#render-form >> text=python"].CheckAsync();

        await page.ContainsTextAsync("#render-output", "## python");
        await page.HasTextAsync("#render-count", Count(await page["#render-json"].InputValueAsync()));
    }

    [Fact]
    public async Task Json_Error_IsToldAtItsPlace()
    {
        await using PlaygroundPage page = await browser.OpenAsync("#render", expectsRefusals: true);
        await page["#tab-json"].ClickAsync();
        await page["#render-json"].FillAsync("""
            {
              "messages": [
                { "role": "robot", "content": "ä" }
              ]
            }
            """);

        await page.ContainsTextAsync("#render-error", "Line 3, column 15: Unknown role");
        await page["#render-error button"].ClickAsync();
        Assert.Equal("\"robot\"", await page.Page.EvaluateAsync<string>("String(getSelection())"));
        await page.HasTextAsync("#render-json-box mark", "3");
        await page["#render-json"].FillAsync("""{"messages":[{"role":"user","content":"ä"}]}""");
        await Assertions.Expect(page["#render-error"]).ToBeHiddenAsync();
        await page.HasTextAsync("#render-messages", "1");
    }

    [Fact]
    public async Task Reasoning_OfAFinishedTurn_IsStruckThrough()
    {
        await using PlaygroundPage page = await browser.OpenAsync("#render");
        await page["#render-sample"].SelectOptionAsync("Reasoning");
        await page.HasTextAsync("#render-messages", "4");
        await page.ContainsTextAsync("#render-output .dropped s", "User asks");
        await Assertions.Expect(page["#render-form .card.dropped"]).ToHaveCountAsync(1);

        await page["#render-analysis"].SelectOptionAsync("keep_all");

        await page.HasTextAsync("#render-messages", "5");
        await Assertions.Expect(page["#render-output .dropped"]).ToHaveCountAsync(0);
    }

    [Theory]
    [InlineData("continuation", RenderPurpose.Continuation)]
    [InlineData("training", RenderPurpose.Training)]
    [InlineData("none", RenderPurpose.History)]
    public async Task Purpose_Another_ChangesThePrompt(string word, RenderPurpose purpose)
    {
        await using PlaygroundPage page = await browser.OpenAsync("#render");
        string sample = await File.ReadAllTextAsync(RepositoryFiles.PathOf("samples/weather.json"));

        await page[$"input[name=render-purpose][value={word}]"].CheckAsync();

        await page.HasTextAsync("#render-count", Count(sample, new RenderOptions { Purpose = purpose }));
        await Assertions.Expect(page["#render-role-box"]).ToBeHiddenAsync();
    }
}
