using System.Diagnostics;
using Harmony.Compare.Runs;

namespace Harmony.Compare.Tools;

/// <summary>A program that encodes a file and prints how fast.</summary>
/// <param name="Name">What it is called in the results.</param>
internal abstract record Tool(string Name)
{
    /// <summary>The process that makes one run.</summary>
    public abstract ProcessStartInfo Command(string file, Mode mode, int passes);
}
