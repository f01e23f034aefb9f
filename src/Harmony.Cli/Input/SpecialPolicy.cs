using Harmony.Bpe;

namespace Harmony.Cli.Input;

/// <summary>Turns the values of <c>--special</c> into what the tokenizer does with special text.</summary>
internal static class SpecialPolicy
{
    private const string AllowPrefix = "allow:";

    /// <summary>The options for <c>refuse</c>, <c>ordinary</c>, <c>all</c> and <c>allow:NAME[,NAME…]</c>;
    /// several values add up, so that <c>ordinary</c> with <c>allow:…</c> allows those names and takes others
    /// as text.</summary>
    /// <exception cref="CommandException">A value is none of these, or no special token has the
    /// name.</exception>
    public static EncodeOptions Parse(IReadOnlyList<string> values, BpeTokenizer tokenizer)
    {
        string? others = null;
        List<string>? allowed = null;
        foreach (string value in values)
        {
            if (value.StartsWith(AllowPrefix, StringComparison.Ordinal))
            {
                allowed ??= [];
                AddNames(allowed, value[AllowPrefix.Length..], tokenizer);
            }
            else if (value is not ("refuse" or "ordinary" or "all"))
            {
                throw CommandException.Usage(
                    $"--special is refuse, ordinary, all or allow:NAME, not '{value}'");
            }
            else if (others is not null && others != value)
            {
                throw CommandException.Usage($"--special cannot be both {others} and {value}");
            }
            else
            {
                others = value;
            }
        }

        return others switch
        {
            "all" => EncodeOptions.AllSpecial,
            "ordinary" when allowed is null => EncodeOptions.Ordinary,
            "ordinary" => EncodeOptions.Allow([.. allowed]) with
            {
                OtherSpecial = SpecialTextHandling.Ordinary,
            },
            _ => allowed is null ? EncodeOptions.Default : EncodeOptions.Allow([.. allowed]),
        };
    }

    private static void AddNames(List<string> allowed, string names, BpeTokenizer tokenizer)
    {
        foreach (string name in names.Split(','))
        {
            if (!tokenizer.SpecialTokens.TryGetId(name, out _))
            {
                throw CommandException.Usage($"--special allow: no special token is called '{name}'");
            }

            allowed.Add(name);
        }
    }
}
