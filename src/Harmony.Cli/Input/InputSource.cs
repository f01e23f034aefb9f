using Harmony.Bpe;
using Harmony.Cli.Output;

namespace Harmony.Cli.Input;

/// <summary>Where a command reads from: a file, or standard input.</summary>
internal readonly record struct InputSource
{
    private const string StandardInput = "-";

    private readonly string _path;

    private InputSource(string path) => _path = path;

    /// <summary>Whether this is standard input.</summary>
    public bool IsStandardInput => _path == StandardInput;

    /// <summary>What the user calls it.</summary>
    public string Name => IsStandardInput ? "standard input" : _path;

    /// <summary>What was given on the command line: a path or <c>-</c>.</summary>
    public string Argument => _path;

    /// <summary>The file's length, for a progress bar; 0 where it is not known.</summary>
    public long LengthOrZero
    {
        get
        {
            var file = new FileInfo(_path);
            return !IsStandardInput && file.Exists ? file.Length : 0;
        }
    }

    /// <summary>The source that a command line names.</summary>
    public static InputSource FromArgument(string path) => new(path);

    /// <summary>The sources that a command line names; standard input if it names none.</summary>
    public static InputSource[] FromArguments(IReadOnlyList<string> paths)
    {
        if (paths.Count == 0)
        {
            return [new InputSource(StandardInput)];
        }

        var sources = new InputSource[paths.Count];
        bool readsStandardInput = false;
        for (int i = 0; i < sources.Length; i++)
        {
            sources[i] = new InputSource(paths[i]);
            if (readsStandardInput && sources[i].IsStandardInput)
            {
                throw CommandException.Usage("standard input (-) can be read only once");
            }

            readsStandardInput |= sources[i].IsStandardInput;
        }

        return sources;
    }

    /// <summary>Opens it for reading, unbuffered.</summary>
    /// <exception cref="CommandException">It cannot be opened.</exception>
    public Stream Open(StandardStreams streams)
    {
        if (IsStandardInput)
        {
            if (streams.InputIsTerminal)
            {
                streams.Error.WriteLine("harmony: reading from the terminal; Ctrl-D ends the input");
            }

            return streams.Input;
        }

        try
        {
            return new FileStream(
                _path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw CannotRead(e);
        }
    }

    /// <summary>Reads from its stream until the destination is full or the stream ends.</summary>
    /// <exception cref="CommandException">It cannot be read.</exception>
    public int Read(Stream stream, Span<byte> destination)
    {
        try
        {
            return stream.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotRead(e);
        }
    }

    /// <summary>Reads all of it.</summary>
    /// <exception cref="CommandException">It cannot be read.</exception>
    public byte[] ReadAll(StandardStreams streams)
    {
        using Stream stream = Open(streams);
        try
        {
            if (stream.CanSeek && stream.Length > 0)
            {
                if (stream.Length > Array.MaxLength)
                {
                    throw new CommandException($"cannot read {Name}: it is larger than 2 GiB");
                }

                var content = new byte[stream.Length];
                int length = Read(stream, content);
                return length == content.Length ? content : content[..length];
            }

            using var memory = new MemoryStream();
            stream.CopyTo(memory);
            return memory.ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotRead(e);
        }
    }

    /// <summary>The error that says why this source cannot be read.</summary>
    public CommandException CannotRead(Exception cause)
    {
        string reason = cause switch
        {
            FileNotFoundException or DirectoryNotFoundException or ArgumentException => "no such file",
            UnauthorizedAccessException when Directory.Exists(_path) => "it is a directory",
            UnauthorizedAccessException => "permission denied",
            _ => cause.Message,
        };
        return new CommandException($"cannot read {Name}: {reason}");
    }

    /// <summary>The error for special text that is refused.</summary>
    public CommandException Refused(SpecialTokenException cause, long offset) => new(
        $"{Name}: the text spells the special token {cause.Name} at byte {offset + cause.Index}; "
        + $"say what it means with --special ordinary, all or allow:{cause.Name}");
}
