using InferenceServer.Playground.Support;
using Microsoft.Playwright;

namespace InferenceServer.Playground;

public sealed class ParseViewTests(BrowserFixture browser)
{
    [Fact]
    public async Task Step_BackAndOn_ShowsWhatHadHappened()
    {
        await using PlaygroundPage page = await browser.OpenAsync("#parse");
        await page["#parse-input"].FillAsync("<|channel|>final<|message|>Hello world<|return|>");
        await page.HasTextAsync("#parse-count", "6 of 6");
        await page.HasTextAsync("#parse-finish", "stop");
        await page.ContainsTextAsync("#parse-messages", "\"Hello world\"");

        await page["#play-start"].ClickAsync();

        await page.HasTextAsync("#parse-count", "0 of 6");
        await Assertions.Expect(page["#parse-segments .segment"]).ToHaveCountAsync(0);
        for (int i = 0; i < 4; i++)
        {
            await page["#play-next"].ClickAsync();
        }

        await page.HasTextAsync("#parse-segments .segment-text", "Hello");
        await page.HasTextAsync("#parse-segments .segment .state", "open");
        await Assertions.Expect(page["#parse-flow .ahead"]).ToHaveCountAsync(2);
        await page["#play-end"].ClickAsync();
        await page.HasTextAsync("#parse-message-count", "1");
    }

    [Fact]
    public async Task Play_Completion_RunsToItsEnd()
    {
        await using PlaygroundPage page = await browser.OpenAsync("#parse");
        await page["#play-speed"].SelectOptionAsync("200");

        await page["#play-toggle"].ClickAsync();

        await page.HasTextAsync("#parse-finish", "stop");
        await page.HasTextAsync("#play-toggle", "Play");
    }

    [Fact]
    public async Task Samples_Malformed_HaveDiagnosticsAtTheirIds()
    {
        await using PlaygroundPage page = await browser.OpenAsync("#parse");
        string[] names = [.. (await page["#parse-sample option"].AllTextContentsAsync())
            .Where(static name => name.StartsWith("Malformed", StringComparison.Ordinal))];
        Assert.True(names.Length > 4);
        foreach (string name in names)
        {
            await page["#parse-sample"].SelectOptionAsync(name);
            await Assertions.Expect(page["#parse-odd"]).Not.ToHaveTextAsync("0");
            await Assertions.Expect(page["#parse-segments .note-warn >> nth=0"]).ToContainTextAsync("id ");
            await Assertions.Expect(page["#parse-flow .warned >> nth=0"]).ToBeVisibleAsync();
        }
    }

    [Fact]
    public async Task Strict_Malformed_EndsWithAnError()
    {
        await using PlaygroundPage page = await browser.OpenAsync("#parse");
        await page["#parse-mode"].SelectOptionAsync("strict");
        await page["#parse-input"].FillAsync("<|channel|>final<|message|>Hi<|return|>more");

        await page.ContainsTextAsync("#parse-segments [role=alert]", "expecting start token");
        await page.HasTextAsync("#parse-odd", "1");
        await Assertions.Expect(page["#parse-stray-box"]).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Ids_WithAWord_AreToldAtItsPlace()
    {
        await using PlaygroundPage page = await browser.OpenAsync("#parse");
        await page["input[name=parse-form][value=ids]"].CheckAsync();
        await Assertions.Expect(page["#parse-input"]).ToHaveValueAsync(new Regex("^200005 35644 "));

        await page["#parse-input"].FillAsync("[200005,\n 17196, abc]");

        await page.ContainsTextAsync("#parse-error", "Line 2, column 9: ‘abc’ is not an id");
        await page["#parse-input"].FillAsync("200005 17196 200008 13225 200002");
        await Assertions.Expect(page["#parse-error"]).ToBeHiddenAsync();
        await page.ContainsTextAsync("#parse-messages", "Hello");
    }

    [Fact]
    public async Task Options_StopStringsAndTools_AreUsed()
    {
        await using PlaygroundPage page = await browser.OpenAsync("#parse", expectsRefusals: true);
        await page["#parse-input"].FillAsync("<|channel|>commentary to=functions.f<|message|>one two<|call|>");
        await page.ContainsTextAsync("#parse-segments .pill.route-function", "a function");
        await page["#parse-stop-box summary"].ClickAsync();
        await page["#parse-stop"].FillAsync("two");
        await page.HasTextAsync("#parse-finish", "stop string");
        await page["#parse-stop-box summary"].ClickAsync();
        await page["#parse-tools-box summary"].ClickAsync();

        await page["#parse-tools"].FillAsync("{}");

        await page.ContainsTextAsync("#parse-segments .pill.route-undeclared_tool", "an undeclared tool");
        await page["#parse-tools"].FillAsync("{");
        await page.ContainsTextAsync("#parse-error", "Tools:");
    }
}
