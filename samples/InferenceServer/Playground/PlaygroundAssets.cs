using System.Reflection;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace InferenceServer.Playground;

/// <summary>The page's files, which are in the assembly.</summary>
internal static class PlaygroundAssets
{
    private const string Folder = "wwwroot";

    // Nothing from elsewhere, no script or style inside the page, and no other page around it.
    private const string ContentSecurityPolicy =
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'none'; "
        + "frame-ancestors 'none'";

    /// <summary>Adds each file at its path, and <c>index.html</c> at <c>/</c>.</summary>
    public static void Map(WebApplication app)
    {
        Assembly assembly = typeof(PlaygroundAssets).Assembly;
        foreach (string name in assembly.GetManifestResourceNames())
        {
            string path = name.Replace('\\', '/');
            if (path.StartsWith(Folder + "/", StringComparison.Ordinal))
            {
                path = path[Folder.Length..];
                app.MapMethods(
                    path == "/index.html" ? "/" : path,
                    [HttpMethods.Get, HttpMethods.Head],
                    Serve(path, Read(assembly, name)));
            }
        }
    }

    private static RequestDelegate Serve(string path, byte[] content)
    {
        string type = TypeOf(path);
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(content)[..16])}\"");
        return context =>
        {
            IHeaderDictionary headers = context.Response.Headers;
            headers.XContentTypeOptions = "nosniff";
            headers.ContentSecurityPolicy = ContentSecurityPolicy;
            headers["Referrer-Policy"] = "no-referrer";
            headers.CacheControl = "no-cache";

            // Answers 304 to whoever has this version.
            return TypedResults.Bytes(content, type, entityTag: tag).ExecuteAsync(context);
        };
    }

    private static byte[] Read(Assembly assembly, string name)
    {
        using Stream stream = assembly.GetManifestResourceStream(name)!;
        byte[] content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }

    private static string TypeOf(string path) => Path.GetExtension(path) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".json" => "application/json",
        ".svg" => "image/svg+xml",
        _ => "text/plain; charset=utf-8",
    };
}
