namespace Harmony.Cli.Bench;

/// <summary>Cuts a file into documents of about one size, as chats and web pages come.</summary>
internal static class DocumentCutter
{
    /// <summary>How many times the wanted size a document may have before it is cut inside a line.</summary>
    private const int LongestInSizes = 4;

    /// <summary>Cuts documents at the first line end at or after the wanted length: at exactly that length, if
    /// its last byte is the '\n'. A line that would make one longer than four times that is cut, at a
    /// character boundary. No size: the file is one document.</summary>
    public static Range[] Cut(ReadOnlySpan<byte> utf8, int? size)
    {
        if (size is not int wanted)
        {
            return [0..utf8.Length];
        }

        List<Range> documents = [];
        int start = 0;
        while (start < utf8.Length)
        {
            int end = start + LengthOfFirst(utf8[start..], wanted);
            documents.Add(start..end);
            start = end;
        }

        return [.. documents];
    }

    private static int LengthOfFirst(ReadOnlySpan<byte> utf8, int wanted)
    {
        int longest = (int)Math.Min((long)LongestInSizes * wanted, utf8.Length);
        if (longest <= wanted)
        {
            return utf8.Length;
        }

        // A line ends after its '\n', so that this may be the wanted bytes' last one.
        int afterWanted = utf8[(wanted - 1)..longest].IndexOf((byte)'\n');
        if (afterWanted >= 0)
        {
            return wanted + afterWanted;
        }

        return longest == utf8.Length ? longest : BoundaryAtOrBefore(utf8, longest);
    }

    // A file that is not UTF-8 may hold nothing but continuation bytes: then any place is as good.
    private static int BoundaryAtOrBefore(ReadOnlySpan<byte> utf8, int end)
    {
        const int LongestCharacter = 4;
        for (int at = end; at > end - LongestCharacter; at--)
        {
            if ((utf8[at] & 0xC0) != 0x80)
            {
                return at > 0 ? at : end;
            }
        }

        return end;
    }
}
