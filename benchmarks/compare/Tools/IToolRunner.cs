using Harmony.Compare.Runs;

namespace Harmony.Compare.Tools;

/// <summary>Makes runs.</summary>
internal interface IToolRunner
{
    /// <summary>One run of a tool, until its end.</summary>
    Outcome Run(Tool tool, string file, Mode mode, int passes);
}
