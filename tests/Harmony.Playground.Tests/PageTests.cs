using InferenceServer.Playground.Support;
using Microsoft.Playwright;

namespace InferenceServer.Playground;

/// <summary>What all views share.</summary>
public sealed class PageTests(BrowserFixture browser)
{
    [Fact]
    public async Task Tabs_ArrowKeys_ShowTheNextView()
    {
        await using PlaygroundPage page = await browser.OpenAsync();
        await page["#tab-tokens"].FocusAsync();
        foreach (string name in (string[])["render", "parse", "chat", "tokens"])
        {
            await page.Page.Keyboard.PressAsync("ArrowRight");
            await Assertions.Expect(page[$"#tab-{name}"]).ToBeFocusedAsync();
            await Assertions.Expect(page[$"#view-{name}"]).ToBeVisibleAsync();
            await Assertions.Expect(page["#views [aria-selected=true]"]).ToHaveCountAsync(1);
        }

        await page.Page.Keyboard.PressAsync("End");
        await Assertions.Expect(page["#view-chat"]).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData("tokens", "#tokens-text", "Ahoy 🩷 <|end|>\n\u202e")]
    [InlineData("render", "#render-json", """{"messages":[{"role":"user","content":"Ahoy"}]}""")]
    [InlineData("parse", "#parse-input", "<|channel|>final Hello<|return|>")]
    [InlineData("chat", "#chat-instructions", "Be brief.")]
    public async Task Link_OfAView_LoadsTheSameState(string view, string field, string text)
    {
        await using PlaygroundPage page = await browser.OpenAsync($"#{view}");
        if (view == "render")
        {
            await page["#tab-json"].ClickAsync();
        }

        await page[field].FillAsync(text);
        await page["#copy-link"].FocusAsync();
        await page["#copy-link"].ClickAsync();
        await page.ContainsTextAsync("#link-status", "Link copied");
        string link = await page.Page.EvaluateAsync<string>("navigator.clipboard.readText()");
        string state = await StateAsync(page, view);

        await using PlaygroundPage other = await browser.OpenAsync(new Uri(link).Fragment);

        await Assertions.Expect(other[$"#view-{view}"]).ToBeVisibleAsync();
        await Assertions.Expect(other[field]).ToHaveValueAsync(text);
        Assert.Equal(state, await StateAsync(other, view));
    }

    [Fact]
    public async Task Link_ThatWasCut_IsTold()
    {
        await using PlaygroundPage page = await browser.OpenAsync("#parse/zAAAA");

        await page.ContainsTextAsync("#link-status", "incomplete");
        await Assertions.Expect(page["#view-parse"]).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Link_OfALongText_IsRefusedWithItsLength()
    {
        string text = string.Concat(Enumerable.Range(0, 40_000).Select(static i => $"{i * 7919L % 1_000_003:x}"));
        await using PlaygroundPage page = await browser.OpenAsync();
        await page.SetTextAsync("#tokens-text", text);

        await page["#copy-link"].ClickAsync();

        await page.ContainsTextAsync("#link-status", "Too long for a link");
    }

    [Fact]
    public async Task Theme_Switch_IsRememberedAndOverridesTheSystem()
    {
        const string Background = "getComputedStyle(document.documentElement).backgroundColor";
        await using PlaygroundPage page = await browser.OpenAsync(dark: true);
        string dark = await page.Page.EvaluateAsync<string>(Background);

        await page["#theme"].ClickAsync();

        string light = await page.Page.EvaluateAsync<string>(Background);
        Assert.NotEqual(dark, light);
        await page.Page.ReloadAsync();
        await page.HasTextAsync("#theme", "Light");
        Assert.Equal(light, await page.Page.EvaluateAsync<string>(Background));
        await page["#theme"].ClickAsync();
        Assert.Equal(dark, await page.Page.EvaluateAsync<string>(Background));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Colours_OfEachView_HaveContrast(bool dark)
    {
        string script = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "contrast.js"));
        await using PlaygroundPage page = await browser.OpenAsync(dark: dark);
        foreach (string view in (string[])["tokens", "render", "parse", "chat"])
        {
            await page.ShowAsync(view);
            Assert.Empty(await page.Page.EvaluateAsync<string[]>(script));
        }
    }

    [Fact]
    public async Task Controls_OfEachView_HaveNames()
    {
        await using PlaygroundPage page = await browser.OpenAsync();
        foreach (string view in (string[])["tokens", "render", "parse", "chat"])
        {
            await page.ShowAsync(view);
            string tree = await page["main"].AriaSnapshotAsync();

            // A control without a name is written as its role alone.
            Assert.DoesNotMatch(
                @"(?m)^\s*- (button|textbox|combobox|checkbox|radio|slider|spinbutton|listbox)(:|$| \[)", tree);
        }

        Assert.Equal(1, await page["h1"].CountAsync());
        Assert.Equal(1, await page["main"].CountAsync());
        Assert.Equal("en", await page["html"].GetAttributeAsync("lang"));
    }

    [Fact]
    public async Task Page_Narrow_DoesNotScrollSideways()
    {
        await using PlaygroundPage page = await browser.OpenAsync();
        await page.Page.SetViewportSizeAsync(400, 800);
        foreach (string view in (string[])["tokens", "render", "parse", "chat"])
        {
            await page.ShowAsync(view);
            Assert.Equal(400, await page.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        }
    }

    private static Task<string> StateAsync(PlaygroundPage page, string view) => page.Page.EvaluateAsync<string>(
        """
        async view => {
            const { decode } = await import("/js/url.js");
            return JSON.stringify((await decode(location.hash)).state);
        }
        """,
        view);
}
