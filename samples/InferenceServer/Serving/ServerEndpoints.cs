using System.Text.Json;
using Harmony.Engines;
using InferenceServer.Configuration;
using InferenceServer.Routing;

namespace InferenceServer.Serving;

/// <summary>What tells of the server itself: its health, and the model that it serves.</summary>
internal static class ServerEndpoints
{
    /// <summary>Adds the calls.</summary>
    /// <param name="app">The server.</param>
    public static void MapServer(this WebApplication app)
    {
        ServerOptions options = app.Services.GetRequiredService<ServerOptions>();
        Draining draining = app.Services.GetRequiredService<Draining>();
        var engines = app.Services.GetRequiredService<ITokenGenerator>() as RoutedGenerator;
        long start = app.Services.GetRequiredService<TimeProvider>().GetUtcNow().ToUnixTimeSeconds();
        app.MapMethods("/health", [HttpMethods.Get, HttpMethods.Head], context =>
        {
            int available = engines?.Replicas.AvailableCount ?? 1;
            string status = draining.IsStopping ? "stopping" : available == 0 ? "no engine" : "ok";
            if (status != "ok")
            {
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            }

            return WriteAsync(context.Response, json =>
            {
                json.WriteStartObject();
                json.WriteString("status"u8, status);
                json.WriteNumber("engines"u8, engines?.Replicas.Count ?? 1);
                json.WriteNumber("available"u8, available);
                json.WriteEndObject();
            });
        });
        app.MapGet("/v1/models", context => WriteAsync(context.Response, json =>
        {
            json.WriteStartObject();
            json.WriteString("object"u8, "list"u8);
            json.WriteStartArray("data"u8);
            WriteModel(json, options.Model, start);
            json.WriteEndArray();
            json.WriteEndObject();
        }));

        // A model's name may have slashes.
        app.MapGet("/v1/models/{**name}", context => (string?)context.Request.RouteValues["name"] == options.Model
            ? WriteAsync(context.Response, json => WriteModel(json, options.Model, start))
            : Fault.NoModel.WriteAsync(context.Response));
    }

    private static void WriteModel(Utf8JsonWriter json, string model, long created)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, model);
        json.WriteString("object"u8, "model"u8);
        json.WriteNumber("created"u8, created);
        json.WriteString("owned_by"u8, "harmony"u8);
        json.WriteEndObject();
    }

    private static async Task WriteAsync(HttpResponse response, Action<Utf8JsonWriter> write)
    {
        response.ContentType = "application/json";
        using (var json = new Utf8JsonWriter(response.BodyWriter))
        {
            write(json);
        }

        await response.BodyWriter.FlushAsync();
    }
}
