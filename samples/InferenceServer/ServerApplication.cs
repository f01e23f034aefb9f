using InferenceServer.Playground;

namespace InferenceServer;

/// <summary>Makes the server, as <c>Program</c> and the tests start it.</summary>
public static class ServerApplication
{
    /// <summary>The server for the arguments of a command line, not started.</summary>
    /// <param name="args">The arguments.</param>
    /// <returns>The application.</returns>
    public static WebApplication Create(string[] args)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(args);
        WebApplication app = builder.Build();
        app.MapPlayground();
        return app;
    }
}
