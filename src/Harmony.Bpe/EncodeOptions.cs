using System.Collections.Frozen;

namespace Harmony.Bpe;

/// <summary>
/// What to do with text that spells a special token, and with malformed UTF-8. Immutable and thread-safe;
/// create an instance once and share it.
/// </summary>
/// <remarks>The rules are tiktoken's. By default such text is refused: untrusted text must not be able to
/// forge the structure of a prompt.</remarks>
public sealed record EncodeOptions
{
    private EncodeOptions()
    {
    }

    /// <summary>Text that spells a special token is refused with a
    /// <see cref="SpecialTokenException"/>.</summary>
    public static EncodeOptions Default { get; } = new();

    /// <summary>Text that spells a special token is encoded like any other text.</summary>
    public static EncodeOptions Ordinary { get; } = new() { OtherSpecial = SpecialTextHandling.Ordinary };

    /// <summary>Text that spells a special token becomes its id.</summary>
    public static EncodeOptions AllSpecial { get; } = new() { AllowsAll = true, AllowsAny = true };

    /// <summary>What to do with special text that is not allowed. The default is to refuse it.</summary>
    public SpecialTextHandling OtherSpecial { get; init; } = SpecialTextHandling.Refuse;

    /// <summary>Whether malformed UTF-8 input is refused with an <see cref="InvalidUtf8Exception"/>. If not,
    /// which is the default, each malformed byte is encoded as it is, so that decoding returns the
    /// input.</summary>
    public bool RejectInvalidUtf8 { get; init; }

    /// <summary>Whether every special token is allowed.</summary>
    internal bool AllowsAll { get; private init; }

    /// <summary>The allowed names; null if there are none, or all.</summary>
    internal FrozenSet<string>? Allowed { get; private init; }

    /// <summary>Whether any special text becomes an id. Kept, because looking at the set would load its
    /// assembly, which most processes do not need.</summary>
    internal bool AllowsAny { get; private init; }

    /// <summary>Whether any special text is refused.</summary>
    internal bool RefusesAny => OtherSpecial == SpecialTextHandling.Refuse && !AllowsAll;

    /// <summary>Text that spells one of these special tokens becomes its id. Other special text is refused;
    /// with <c>with { OtherSpecial = SpecialTextHandling.Ordinary }</c> it is encoded like any other
    /// text.</summary>
    /// <param name="names">Names of special tokens, such as <c>&lt;|end|&gt;</c>. Names that a tokenizer
    /// lacks are ignored.</param>
    public static EncodeOptions Allow(params ReadOnlySpan<string> names) =>
        names.IsEmpty
            ? Default
            : new() { AllowsAny = true, Allowed = FrozenSet.Create(StringComparer.Ordinal, names) };

    /// <summary>Whether two options do the same with every text.</summary>
    public bool Equals(EncodeOptions? other) =>
        other is not null
        && (OtherSpecial, RejectInvalidUtf8, AllowsAll, AllowsAny)
            == (other.OtherSpecial, other.RejectInvalidUtf8, other.AllowsAll, other.AllowsAny)
        && (Allowed is null || Allowed.SetEquals(other.Allowed!));

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(OtherSpecial, RejectInvalidUtf8, AllowsAll, Allowed?.Count);

    /// <summary>The allowed names, in ordinal order, and the other settings.</summary>
    public override string ToString()
    {
        IEnumerable<string> names = Allowed ?? [];
        string allowed = AllowsAll ? "all" : $"[{string.Join(", ", names.Order(StringComparer.Ordinal))}]";
        return $"{nameof(EncodeOptions)} {{ Allowed = {allowed}, {nameof(OtherSpecial)} = {OtherSpecial}, "
            + $"{nameof(RejectInvalidUtf8)} = {RejectInvalidUtf8} }}";
    }

    /// <summary>Whether a special token of this name becomes its id.</summary>
    internal bool Allows(ReadOnlySpan<char> name) =>
        AllowsAll
        || (Allowed is not null && Allowed.GetAlternateLookup<ReadOnlySpan<char>>().Contains(name));
}
