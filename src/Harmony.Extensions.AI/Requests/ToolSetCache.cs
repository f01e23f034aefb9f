using System.Runtime.CompilerServices;
using Harmony.Core;
using Microsoft.Extensions.AI;

namespace Harmony.Extensions.AI.Requests;

/// <summary>Keeps the sets of the tools that requests came with last: the same instances in the same order
/// are the same set. Reading schemas takes longer than the rest of a request. Thread-safe.</summary>
internal sealed class ToolSetCache(SchemaStyle style)
{
    private const int Size = 16;

    private readonly ToolSet?[] _sets = new ToolSet?[Size];

    public ToolSet Get(IList<AITool>? tools)
    {
        if (tools is not { Count: > 0 })
        {
            return ToolSet.None;
        }

        ref ToolSet? slot = ref _sets[(RuntimeHelpers.GetHashCode(tools[0]) + tools.Count) % Size];
        ToolSet? held = Volatile.Read(ref slot);
        if (held is null || !held.IsOf(tools))
        {
            held = ToolSet.Create(tools, style);
            Volatile.Write(ref slot, held);
        }

        return held;
    }
}
