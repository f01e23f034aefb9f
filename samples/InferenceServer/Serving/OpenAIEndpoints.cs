using Harmony.OpenAI;
using InferenceServer.Answers;
using InferenceServer.Configuration;
using InferenceServer.Telemetry;

namespace InferenceServer.Serving;

/// <summary>The calls of OpenAI's API.</summary>
internal static class OpenAIEndpoints
{
    /// <summary>Adds the calls.</summary>
    /// <param name="app">The server.</param>
    public static void MapOpenAI(this WebApplication app)
    {
        TurnServer server = app.Services.GetRequiredService<TurnServer>();
        string model = app.Services.GetRequiredService<ServerOptions>().Model;
        app.MapPost("/v1/chat/completions", context => server.ServeAsync(context, TenantOf(context), (body, tenant) =>
        {
            HarmonyPrompt prompt = ChatCompletionMapper.ToPrompt(
                OpenAIJson.ReadChatCompletionRequest(body), store: tenant.Store);
            return new ChatAnswer(prompt, NewAnswer("chatcmpl-"), tenant.Store);
        }));
        app.MapPost("/v1/responses", context => server.ServeAsync(context, TenantOf(context), (body, tenant) =>
        {
            HarmonyPrompt prompt = ResponseMapper.ToPrompt(
                OpenAIJson.ReadResponseRequest(body), store: tenant.Store);
            return new ResponseAnswer(prompt, NewAnswer("resp_"), tenant.Store);
        }));
        app.Map("/v1/{**rest}", static context => Fault.NoRoute.WriteAsync(context.Response));

        OpenAIWriterOptions NewAnswer(string prefix) =>
            new() { Id = $"{prefix}{Guid.NewGuid():N}", Model = model };
    }

    /// <summary>Refuses requests without a key, if keys are configured: all that post something, and all of
    /// OpenAI's API.</summary>
    /// <param name="app">The server.</param>
    public static void UseKeys(this WebApplication app)
    {
        Tenants tenants = app.Services.GetRequiredService<Tenants>();
        ServerMetrics metrics = app.Services.GetRequiredService<ServerMetrics>();
        app.Use((context, next) =>
        {
            string method = context.Request.Method;
            bool isOpen = (HttpMethods.IsGet(method) || HttpMethods.IsHead(method))
                && !context.Request.Path.StartsWithSegments("/v1", StringComparison.OrdinalIgnoreCase);
            if (tenants.Find(context.Request) is Tenant tenant)
            {
                context.Features.Set(tenant);
            }
            else if (!isOpen)
            {
                metrics.Failed(Fault.NoKey.Kind, TimeSpan.Zero);
                return Fault.NoKey.WriteAsync(context.Response);
            }

            return next(context);
        });
    }

    private static Tenant TenantOf(HttpContext context) => context.Features.Get<Tenant>()!;
}
