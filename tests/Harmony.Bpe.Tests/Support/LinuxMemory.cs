using System.Runtime.InteropServices;

namespace Harmony.Bpe.Tests.Support;

/// <summary>Pages and their protection, by system calls of Linux.</summary>
internal static unsafe class LinuxMemory
{
    private const int NoAccess = 0;
    private const int ReadWrite = 3;
    private const int PrivateAnonymous = 0x22;

    /// <summary>Maps pages that may not be accessed.</summary>
    public static byte* MapWithoutAccess(nuint length)
    {
        void* mapping = Map(null, length, NoAccess, PrivateAnonymous, -1, 0);
        Assert.NotEqual(-1, (nint)mapping);
        return (byte*)mapping;
    }

    /// <summary>Makes whole pages readable and writable.</summary>
    public static void Open(byte* start, nuint length) => Assert.Equal(0, Protect(start, length, ReadWrite));

    /// <summary>Unmaps pages.</summary>
    public static void Free(byte* mapping, nuint length) => Assert.Equal(0, Unmap(mapping, length));

    [DllImport("libc", EntryPoint = "munmap")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Unmap(void* address, nuint length);

    [DllImport("libc", EntryPoint = "mmap")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void* Map(
        void* address, nuint length, int protection, int flags, int file, nint offset);

    [DllImport("libc", EntryPoint = "mprotect")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Protect(void* address, nuint length, int protection);
}
