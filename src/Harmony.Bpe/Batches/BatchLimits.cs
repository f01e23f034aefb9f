namespace Harmony.Bpe.Batches;

/// <summary>The sizes of a batch, and so of the arrays in a <see cref="BatchState"/>.</summary>
internal static class BatchLimits
{
    /// <summary>The most bytes of text in a batch, apart from one piece at its end. The end of a text, or a
    /// whole text, of at most this length is copied, padded with spaces and encoded as one batch.</summary>
    public const int MaxText = 3072;

    /// <summary>The most pieces in a batch.</summary>
    public const int MaxPieces = 1024;

    /// <summary>The most ids of a batch, which has at most one for each byte.</summary>
    public const int MaxIds = MaxText + 512;

    /// <summary>The most pieces that are looked up at a time: their cache lines fit into the processor's
    /// first cache.</summary>
    public const int LookupGroup = 256;

    /// <summary>The most missed pieces that are resolved at a time.</summary>
    public const int MissGroup = 256;

    /// <summary>Elements after the last valid one that vectors may read or overwrite.</summary>
    public const int Slack = 64;

    /// <summary>Spaces after the end of a text: the most bytes that are read past the start of a piece, and
    /// one window more.</summary>
    public const int TailPadding = 192;
}
