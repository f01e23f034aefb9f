using Harmony.Bpe;
using InferenceServer.Playground.Support;
using Microsoft.Playwright;

namespace InferenceServer.Playground;

public sealed class TokensViewTests(BrowserFixture browser)
{
    [Fact]
    public async Task Typing_Text_ShowsItsTokensAndCounts()
    {
        await using PlaygroundPage page = await browser.OpenAsync();
        await page["#tokens-text"].FillAsync("");
        await page["#tokens-text"].PressSequentiallyAsync("Hello wörld");

        await page.HasTextAsync("#count-tokens", $"{BpeTokenizer.O200kHarmony.Count("Hello wörld")}");
        await page.HasTextAsync("#count-characters", "11");
        await page.HasTextAsync("#count-bytes", "12");
        await page.HasTextAsync("#tokens-flow", "Hello wörld");
        await Assertions.Expect(page["#tokens-flow-0"]).ToHaveAttributeAsync("data-id", "13225");
    }

    [Fact]
    public async Task Marker_AsSpecialToken_IsOneId()
    {
        await using PlaygroundPage page = await browser.OpenAsync();
        await page["#tokens-text"].FillAsync("<|end|>");
        int ordinary = BpeTokenizer.O200kHarmony.Count("<|end|>", EncodeOptions.Ordinary);
        await page.HasTextAsync("#count-tokens", $"{ordinary}");

        await page["input[name=tokens-special][value=all]"].CheckAsync();

        await page.HasTextAsync("#count-tokens", "1");
        await Assertions.Expect(page["#tokens-flow-0.special"]).ToHaveAttributeAsync("data-id", "200007");
        await page["input[name=tokens-encoding][value=o200k_base]"].CheckAsync();
        await page.HasTextAsync("#count-tokens", $"{BpeTokenizer.O200kBase.Count("<|end|>", EncodeOptions.Ordinary)}");
    }

    [Fact]
    public async Task Characters_ThatShowNothingOrAreIncomplete_AreNamed()
    {
        await using PlaygroundPage page = await browser.OpenAsync();
        await page["#tokens-text"].FillAsync("a\u00a0b\u200b🩷");
        await page.HasTextAsync("#count-tokens", $"{BpeTokenizer.O200kHarmony.Count("a\u00a0b\u200b🩷")}");

        await page.ContainsTextAsync("#tokens-flow", "NBSP");
        await page.ContainsTextAsync("#tokens-flow", "ZWSP");
        await page["#tokens-flow .raw >> nth=0"].ClickAsync();
        await page.ContainsTextAsync("#tokens-details", "part of");
        await page.ContainsTextAsync("#tokens-details", "🩷 U+1FA77");
    }

    [Fact]
    public async Task Keyboard_ArrowKeys_MoveFromTokenToToken()
    {
        await using PlaygroundPage page = await browser.OpenAsync();
        await page["#tokens-text"].FillAsync("Hello world");
        await page.HasTextAsync("#count-tokens", "2");
        await page["#tokens-text"].FocusAsync();
        await page.Page.Keyboard.PressAsync("Tab");
        await page.HasTextAsync("#tokens-details .detail-id", "13225");

        await page.Page.Keyboard.PressAsync("ArrowRight");

        await page.HasTextAsync("#tokens-details .detail-id", "2375");
        await Assertions.Expect(page["#tokens-flow"]).ToHaveAttributeAsync("aria-activedescendant", "tokens-flow-1");
        await page.ContainsTextAsync("#view-tokens .pane [role=status]", "id 2375");
        await page.Page.Keyboard.PressAsync("Home");
        await page.HasTextAsync("#tokens-details .detail-id", "13225");
    }

    [Fact]
    public async Task Limit_BelowTheCount_CutsTheText()
    {
        await using PlaygroundPage page = await browser.OpenAsync();
        await page["#tokens-text"].FillAsync("Hello world again");
        await page["#tokens-limit"].FillAsync("2");

        await page.ContainsTextAsync("#fit", "No: the first 11 bytes fit");
        await Assertions.Expect(page["#tokens-flow .edge"]).ToHaveAttributeAsync("id", "tokens-flow-2");
        await page["#tokens-limit"].FillAsync("5");
        await page.ContainsTextAsync("#fit", "room for 2 more");
        await Assertions.Expect(page["#tokens-flow .edge"]).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Text_OfOneMegabyte_IsShownInParts()
    {
        string text = string.Concat(Enumerable.Repeat("The quick brown fox, 1234 wörds.\n", 32_000));
        Assert.True(text.Length > 1_000_000);
        await using PlaygroundPage page = await browser.OpenAsync();
        await page.SetTextAsync("#tokens-text", text);

        await page.HasTextAsync("#count-tokens", $"{BpeTokenizer.O200kHarmony.Count(text):N0}");
        Assert.InRange(await page["#tokens-flow [role=option]"].CountAsync(), 100, 20_000);
        await page["#tokens-flow"].FocusAsync();
        await page.Page.Keyboard.PressAsync("End");
        await page.ContainsTextAsync("#tokens-details", $"token {BpeTokenizer.O200kHarmony.Count(text):N0} of");
        await Assertions.Expect(page["#tokens-flow [aria-selected=true]"]).ToBeInViewportAsync();
        Assert.InRange(await page["#tokens-flow [role=option]"].CountAsync(), 100, 20_000);
        await page["#copy-link"].ClickAsync();
        await Assertions.Expect(page["#link-status"]).Not.ToBeEmptyAsync();
    }

    [Fact]
    public async Task Samples_EachOfThem_AreShown()
    {
        await using PlaygroundPage page = await browser.OpenAsync();
        IReadOnlyList<string> names = await page["#tokens-sample option"].AllTextContentsAsync();
        Assert.True(names.Count > 5);
        foreach (string name in names.Skip(1))
        {
            await page["#tokens-sample"].SelectOptionAsync(name);
            string text = await page["#tokens-text"].InputValueAsync();
            EncodeOptions options = name == "Chat markers" ? EncodeOptions.AllSpecial : EncodeOptions.Ordinary;
            await page.HasTextAsync("#count-tokens", $"{BpeTokenizer.O200kHarmony.Count(text, options):N0}");
        }
    }
}
