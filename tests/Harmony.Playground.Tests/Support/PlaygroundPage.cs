using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace InferenceServer.Playground.Support;

/// <summary>The page in a browser. A test that ends finds that the browser's console had no error.</summary>
internal sealed class PlaygroundPage : IAsyncDisposable
{
    // The browser writes this for each answer that refuses something.
    private const string Refusal = "the server responded with a status of";

    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _errors = new();

    public PlaygroundPage(IBrowserContext context, IPage page, bool expectsRefusals)
    {
        _context = context;
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning"
                && !(expectsRefusals && message.Text.Contains(Refusal, StringComparison.Ordinal)))
            {
                _errors.Enqueue(message.Text);
            }
        };
        page.PageError += (_, error) => _errors.Enqueue(error);
    }

    public IPage Page { get; }

    public ILocator this[string selector] => Page.Locator(selector);

    /// <summary>Goes to an address, and waits until its view stands.</summary>
    public async Task GoToAsync(Uri address)
    {
        await Page.GotoAsync(address.ToString());
        await Assertions.Expect(this["html"]).ToHaveAttributeAsync("data-ready", new Regex("."));
    }

    /// <summary>Chooses a view, and waits until it stands.</summary>
    public async Task ShowAsync(string view)
    {
        await this[$"#tab-{view}"].ClickAsync();
        await Assertions.Expect(this["html"]).ToHaveAttributeAsync("data-ready", view);
    }

    /// <summary>Sets a long text. The browser takes long to type one.</summary>
    public Task SetTextAsync(string selector, string text) => this[selector].EvaluateAsync(
        "(area, text) => { area.value = text; area.dispatchEvent(new Event('input', { bubbles: true })); }", text);

    public Task HasTextAsync(string selector, string text) => Assertions.Expect(this[selector]).ToHaveTextAsync(text);

    public Task ContainsTextAsync(string selector, string text) =>
        Assertions.Expect(this[selector]).ToContainTextAsync(text);

    public async ValueTask DisposeAsync()
    {
        await _context.DisposeAsync();
        Assert.Empty(_errors);
    }
}
