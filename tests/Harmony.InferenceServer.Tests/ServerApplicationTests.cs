using Microsoft.AspNetCore.Builder;

namespace InferenceServer;

public sealed class ServerApplicationTests
{
    [Fact]
    public async Task Create_NoArguments_ServesThePage()
    {
        await using WebApplication app = ServerApplication.Create(["--urls", "http://127.0.0.1:0"]);
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        Assert.NotEmpty(await http.GetStringAsync("/", TestContext.Current.CancellationToken));
    }
}
