using Microsoft.AspNetCore.Builder;
using Microsoft.Playwright;

namespace InferenceServer.Playground.Support;

/// <summary>One browser and one server for all tests.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    // A machine that builds at the same time is slow.
    private const int PatienceInMilliseconds = 60_000;

    private WebApplication _app = null!;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Where the server listens.</summary>
    public Uri Address { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Assertions.SetDefaultExpectTimeout(PatienceInMilliseconds);
        _app = ServerApplication.Create(["--urls", "http://127.0.0.1:0", "--pace", "1"]);
        await _app.StartAsync();
        Address = new Uri(_app.Urls.Single());
        if (Needs.Find() is string chromium)
        {
            _playwright = await Playwright.CreateAsync();
            _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
            {
                ExecutablePath = chromium,
                Timeout = PatienceInMilliseconds,
            });
        }
    }

    /// <summary>Opens the page in a browser that has seen nothing.</summary>
    /// <param name="fragment">What follows the address, such as <c>#render</c>.</param>
    /// <param name="dark">Whether the system's colours are dark.</param>
    /// <param name="server">Where the server listens, if it is another.</param>
    /// <param name="expectsRefusals">Whether the test asks for something that the server refuses.</param>
    internal async Task<PlaygroundPage> OpenAsync(
        string fragment = "", bool dark = false, Uri? server = null, bool expectsRefusals = false)
    {
        _ = Needs.Chromium();
        IBrowserContext context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            Permissions = ["clipboard-read", "clipboard-write"],
        });
        context.SetDefaultTimeout(PatienceInMilliseconds);
        var page = new PlaygroundPage(context, await context.NewPageAsync(), expectsRefusals);
        await page.GoToAsync(new Uri(server ?? Address, $"/{fragment}"));
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        await _app.DisposeAsync();
    }
}
