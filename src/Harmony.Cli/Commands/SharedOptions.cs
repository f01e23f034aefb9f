using System.CommandLine;

namespace Harmony.Cli.Commands;

/// <summary>Arguments and options that several commands have in common.</summary>
internal static class SharedOptions
{
    public static Argument<string[]> Files(string what) => new("FILE")
    {
        Description = $"{what}; - or none: standard input",
        Arity = ArgumentArity.ZeroOrMore,
        DefaultValueFactory = static _ => [],
    };

    public static Argument<string> File(string what) => new("FILE")
    {
        Description = $"{what}; - or none: standard input",
        Arity = ArgumentArity.ZeroOrOne,
        DefaultValueFactory = static _ => "-",
    };

    public static Option<string[]> Special() => new("--special")
    {
        Description = "Text that spells a special token: refuse (default), ordinary (it is text), all (it becomes the "
            + "token), allow:NAME[,NAME…] (these do); may be repeated",
        HelpName = "POLICY",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
        DefaultValueFactory = static _ => [],
    };

    public static Option<bool> Json(string what) => new("--json") { Description = what };
}
