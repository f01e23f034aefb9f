using Harmony.Engines;
using InferenceServer.Playground.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Playwright;

namespace InferenceServer.Playground;

public sealed class ChatViewTests(BrowserFixture browser)
{
    [Fact]
    public async Task Send_Question_ShowsTheAnswerAndItsIds()
    {
        await using PlaygroundPage page = await browser.OpenAsync("#chat");
        await page["#chat-input"].FillAsync("Ahoy there");
        await page.Page.Keyboard.PressAsync("Enter");

        await page.ContainsTextAsync(".from-assistant footer", "finished: stop");
        await page.ContainsTextAsync(".from-assistant", "> Ahoy there");
        await Assertions.Expect(page[".from-assistant .thought"]).ToBeVisibleAsync();
        await page.ContainsTextAsync("#chat-flow", "<|start|>user<|message|>Ahoy there<|end|>");
        await page.ContainsTextAsync("#chat-flow", "<|return|>");
        int prompt = int.Parse(await page["#chat-prompt-count"].InnerTextAsync(), CultureInfo.InvariantCulture);
        int sampled = int.Parse(await page["#chat-sampled-count"].InnerTextAsync(), CultureInfo.InvariantCulture);
        await Assertions.Expect(page["#chat-flow [role=option]"]).ToHaveCountAsync(prompt + sampled);
        await page.ContainsTextAsync(".from-assistant footer", $"{prompt} + {sampled} ids");
    }

    [Fact]
    public async Task Tool_Call_TakesItsResult()
    {
        await using PlaygroundPage page = await browser.OpenAsync("#chat");
        await page["#chat-tool"].CheckAsync();
        await page["#chat-input"].FillAsync("The weather?");
        await page["#chat-send"].ClickAsync();
        await page.ContainsTextAsync(".call", "get_weather({})");
        await Assertions.Expect(page["#chat-input"]).ToHaveAttributeAsync("placeholder", "The result of get_weather");

        await page["#chat-input"].FillAsync("grey");
        await page["#chat-send"].ClickAsync();

        await page.ContainsTextAsync(".from-assistant >> nth=1", "The tool says: grey");
    }

    [Fact]
    public async Task Stop_WhileItStreams_EndsTheTurn()
    {
        var engine = new HeldGenerator("<|channel|>final<|message|>Half an answer");
        await using WebApplication app = ServerApplication.Create(["--urls", "http://127.0.0.1:0"], engine);
        await app.StartAsync();
        await using PlaygroundPage page = await browser.OpenAsync("#chat", server: new Uri(app.Urls.Single()));
        await page["#chat-input"].FillAsync("Go on");
        await page["#chat-send"].ClickAsync();
        await page.ContainsTextAsync(".from-assistant", "Half an answer");

        await page["#chat-stop"].ClickAsync();

        await engine.Cancelled.WaitAsync(TimeSpan.FromMinutes(1));
        await page.ContainsTextAsync(".from-assistant footer", "finished: stopped");
        await Assertions.Expect(page["#chat-send"]).ToBeEnabledAsync();
        await page.ContainsTextAsync("#chat-flow", "Half an answer");
    }

    [Fact]
    public async Task Send_EngineThatFails_TellsTheError()
    {
        var engine = new ScriptedTokenGenerator(static _ =>
            throw new TokenGenerationException(TokenGenerationError.InvalidRequest, "The prompt is too long."));
        await using WebApplication app = ServerApplication.Create(["--urls", "http://127.0.0.1:0"], engine);
        await app.StartAsync();
        await using PlaygroundPage page = await browser.OpenAsync(
            "#chat", server: new Uri(app.Urls.Single()), expectsRefusals: true);
        await page["#chat-input"].FillAsync("Go on");

        await page["#chat-send"].ClickAsync();

        await Assertions.Expect(page["#chat-error"]).ToBeVisibleAsync();
        await Assertions.Expect(page["#chat-error"]).Not.ToBeEmptyAsync();
        await Assertions.Expect(page["#chat-log .from-assistant"]).ToHaveCountAsync(0);
        await Assertions.Expect(page["#chat-send"]).ToBeEnabledAsync();
    }

    [Fact]
    public async Task Key_ThatTheServerWants_IsAskedFor()
    {
        await using WebApplication app =
            ServerApplication.Create(["--urls", "http://127.0.0.1:0", "--api-keys", "secret"]);
        await app.StartAsync();
        await using PlaygroundPage page = await browser.OpenAsync(
            "#tokens", server: new Uri(app.Urls.Single()), expectsRefusals: true);
        await Assertions.Expect(page["#tokens-error"]).ToBeVisibleAsync();

        await page["#key"].FillAsync("secret");
        await page["#key"].PressAsync("Enter");

        await page.HasTextAsync("#count-tokens", "54");
        await Assertions.Expect(page["#tokens-error"]).ToBeHiddenAsync();
    }
}
