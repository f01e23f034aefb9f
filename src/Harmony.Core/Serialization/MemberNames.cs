using System.Text;
using Harmony.Core.Json;

namespace Harmony.Core.Serialization;

/// <summary>The members that an object of the model has. Names that end in <c>!</c> are required. Names that
/// end in <c>+</c>, after all others, are not the reference's: they have no position where an array stands
/// for the object.</summary>
internal sealed class MemberNames
{
    private readonly string[] _names;
    private readonly byte[][] _utf8;

    public MemberNames(params string[] names)
    {
        _names = new string[names.Length];
        _utf8 = new byte[names.Length][];
        for (int i = 0; i < names.Length; i++)
        {
            bool required = names[i].EndsWith('!');
            bool added = names[i].EndsWith('+');
            PositionCount += added ? 0 : 1;
            _names[i] = required || added ? names[i][..^1] : names[i];
            _utf8[i] = Encoding.UTF8.GetBytes(_names[i]);
            RequiredMask |= required ? 1u << i : 0;
        }
    }

    public int Count => _names.Length;

    /// <summary>How many members have a position.</summary>
    public int PositionCount { get; }

    public uint RequiredMask { get; }

    public uint AllMask => (1u << PositionCount) - 1;

    public string this[int member] => _names[member];

    /// <summary>The member whose name the reader stands at, or −1.</summary>
    public int Find(in JsonReader json)
    {
        for (int i = 0; i < _utf8.Length; i++)
        {
            if (json.IsText(_utf8[i]))
            {
                return i;
            }
        }

        return -1;
    }
}
