using System.CommandLine;
using System.CommandLine.Parsing;
using Harmony.Core;

namespace Harmony.Cli.Commands;

/// <summary>Arguments and options that several commands have in common.</summary>
internal static class SharedOptions
{
    public static Argument<string[]> Files(string what) => Checked(new Argument<string[]>("FILE")
    {
        Description = $"{what}; - or none: standard input",
        Arity = ArgumentArity.ZeroOrMore,
        DefaultValueFactory = static _ => [],
    });

    public static Argument<string> File(string what) => Checked(new Argument<string>("FILE")
    {
        Description = $"{what}; - or none: standard input",
        Arity = ArgumentArity.ZeroOrOne,
        DefaultValueFactory = static _ => "-",
    });

    public static Option<string[]> Special() => new("--special")
    {
        Description = "Text that spells a special token: refuse (default), ordinary (it is text), all (it "
            + "becomes the token), allow:NAME[,NAME…] (these do); may be repeated",
        HelpName = "POLICY",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
        DefaultValueFactory = static _ => [],
    };

    public static Option<bool> Json(string what) => new("--json") { Description = what };

    public static Option<string?> Role(string what) => new("--role")
    {
        Description = what,
        HelpName = "ROLE",
    };

    public static Option<string> Dialect() => new("--dialect")
    {
        Description = "openai (default), or oss as the fork oss-harmony writes and reads",
        HelpName = "DIALECT",
        DefaultValueFactory = static _ => "openai",
    };

    /// <summary>The role that a word names; null for no word.</summary>
    public static Role? ParseRole(string? word) => word switch
    {
        null => null,
        _ when RoleExtensions.TryParse(word, out Role role) => role,
        _ => throw CommandException.Usage(
            $"--role is user, assistant, system, developer or tool, not '{word}'"),
    };

    public static HarmonyEncoding ParseDialect(string word) => word switch
    {
        "openai" => HarmonyEncoding.OpenAI,
        "oss" => HarmonyEncoding.OssHarmony,
        _ => throw CommandException.Usage($"--dialect is openai or oss, not '{word}'"),
    };

    /// <summary>Refuses files that look like options, as a mistyped option would be taken for a
    /// file.</summary>
    public static T Checked<T>(T argument)
        where T : Argument
    {
        argument.Validators.Add(static result =>
        {
            foreach (Token token in result.Tokens)
            {
                if (token.Value is ['-', _, ..])
                {
                    result.AddError(
                        $"There is no option {token.Value}, and a file of that name is ./{token.Value}");
                }
            }
        });
        return argument;
    }
}
