namespace Harmony.Core.Rendering;

/// <summary>
/// A prompt that is written over the one before it, and the length of their common beginning. Ids are
/// compared while they are equal, and written from the first that differs. Not thread-safe.
/// </summary>
internal sealed class PromptBuffer
{
    // Smaller buffers are not shrunk.
    private const int MinShrunk = 1 << 16;

    private int[] _ids = [];
    private int _length;
    private bool _differs;

    /// <summary>Gets the prompt.</summary>
    public ReadOnlySpan<int> Ids => _ids.AsSpan(0, _length);

    /// <summary>Gets the number of ids that there is room for.</summary>
    public int Capacity => _ids.Length;

    /// <summary>Gets where the next id goes.</summary>
    public int Position { get; private set; }

    /// <summary>Gets the number of leading ids that the prompt shares with the one before it.</summary>
    public int Unchanged { get; private set; }

    /// <summary>Begins the next prompt.</summary>
    /// <param name="known">The number of leading ids that are known to be those of the last prompt.</param>
    public void Begin(int known)
    {
        Position = known;
        _differs = false;
    }

    /// <summary>Writes the next ids.</summary>
    public void Write(ReadOnlySpan<int> ids)
    {
        if (!_differs)
        {
            int same = ids.CommonPrefixLength(_ids.AsSpan(Position, _length - Position));
            Position += same;
            if (same == ids.Length)
            {
                return;
            }

            _differs = true;
            Unchanged = Position;
            ids = ids[same..];
        }

        int end = checked(Position + ids.Length);
        if (end > _ids.Length)
        {
            Array.Resize(ref _ids, (int)Math.Min(Math.Max(end, 2L * _ids.Length), Array.MaxLength));
        }

        ids.CopyTo(_ids.AsSpan(Position));
        Position = end;
    }

    /// <summary>Completes the prompt.</summary>
    public void End()
    {
        Unchanged = _differs ? Unchanged : Position;
        _length = Position;
        if (_ids.Length > MinShrunk && _length < _ids.Length / 4)
        {
            Array.Resize(ref _ids, _length * 2);
        }
    }
}
