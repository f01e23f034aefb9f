namespace Harmony.Core.Serialization;

/// <summary>A walk over the members of one JSON object. An array stands for the same object by position, as
/// the reference's reader has it for all but messages.</summary>
internal ref struct MemberCursor(MemberNames names, bool isArray)
{
    private uint _seen;

    public readonly MemberNames Names = names;

    public readonly bool IsArray = isArray;

    /// <summary>The member at which the walk stands, as its position among the names.</summary>
    public int Current { get; private set; } = -1;

    /// <summary>Moves to the next position of an array; false if there are no more names.</summary>
    public bool MoveToNextPosition() => Current + 1 < Names.PositionCount && MoveTo(Current + 1);

    /// <summary>Moves to a member; false if it was there before, or is beyond the names.</summary>
    public bool MoveTo(int member)
    {
        Current = member;
        bool isNew = member < Names.Count && (_seen & 1u << member) == 0;
        _seen |= 1u << member;
        return isNew;
    }

    /// <summary>The first of the required members that has not occurred, or −1.</summary>
    public readonly int FindMissing()
    {
        uint required = IsArray ? Names.AllMask : Names.RequiredMask;
        uint missing = required & ~_seen;
        return missing == 0 ? -1 : System.Numerics.BitOperations.TrailingZeroCount(missing);
    }
}
