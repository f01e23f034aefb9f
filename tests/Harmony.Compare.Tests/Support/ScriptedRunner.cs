using Harmony.Compare.Runs;
using Harmony.Compare.Tools;

namespace Harmony.Compare.Tests.Support;

/// <summary>Answers runs by a rule, and keeps a list of them.</summary>
internal sealed class ScriptedRunner(Func<string, Mode, Outcome> rule) : IToolRunner
{
    private readonly List<string> _runs = [];

    /// <summary>The runs, each as tool, file, mode and passes.</summary>
    public IReadOnlyList<string> Runs => _runs;

    public Outcome Run(Tool tool, string file, Mode mode, int passes)
    {
        _runs.Add($"{tool.Name} {file} {mode} {passes}");
        return rule(tool.Name, mode);
    }
}
