namespace Harmony.Fuzz;

/// <summary>Something that must hold for every input.</summary>
internal interface IFuzzTarget
{
    /// <summary>What it is called on the command line.</summary>
    string Name { get; }

    /// <summary>Makes an input out of the case's random numbers and tries it. Whatever is thrown is a
    /// finding.</summary>
    void Run(FuzzCase one);
}
