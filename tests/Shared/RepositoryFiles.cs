using System.IO.Compression;

namespace Harmony.Tests;

/// <summary>The files of the checkout that tests read: found by walking up from where the tests run.</summary>
internal static class RepositoryFiles
{
    private const string Marker = "Harmony.sln";

    /// <summary>The checkout's root folder.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The full path of a file, given relative to the root.</summary>
    public static string PathOf(string relativePath) => Path.Combine(Root, relativePath);

    /// <summary>The bytes of a gzip'd file, unpacked.</summary>
    public static byte[] ReadGzip(string relativePath)
    {
        using var packed = new GZipStream(File.OpenRead(PathOf(relativePath)), CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        packed.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, Marker)))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds {Marker}.");
    }
}
