namespace Harmony.Tests;

/// <summary>The files of the checkout that people wrote: build outputs are skipped.</summary>
internal static class SourceTree
{
    private static readonly HashSet<string> Skipped = new(StringComparer.Ordinal)
    {
        ".git", "artifacts", "bin", "obj", ".vs", ".idea", "TestResults", "BenchmarkDotNet.Artifacts", "node_modules",
    };

    /// <summary>The files below a folder that end so, relative to the root, with slashes, in order.</summary>
    public static IReadOnlyList<string> Files(string folder, params string[] endings)
    {
        var files = new List<string>();
        Collect(new DirectoryInfo(RepositoryFiles.PathOf(folder)), endings, files);
        files.Sort(StringComparer.Ordinal);
        return files;
    }

    private static void Collect(DirectoryInfo folder, string[] endings, List<string> files)
    {
        if (!folder.Exists)
        {
            return;
        }

        foreach (FileInfo file in folder.EnumerateFiles())
        {
            if (endings.Any(ending => file.Name.EndsWith(ending, StringComparison.Ordinal)))
            {
                files.Add(Path.GetRelativePath(RepositoryFiles.Root, file.FullName).Replace('\\', '/'));
            }
        }

        foreach (DirectoryInfo child in folder.EnumerateDirectories().Where(child => !Skipped.Contains(child.Name)))
        {
            Collect(child, endings, files);
        }
    }
}
