using System.Text.Json.Serialization;

namespace Harmony.Core;

/// <summary>Who wrote a message: a role and, where there are several of one role, a name.</summary>
/// <param name="Role">The author's role.</param>
/// <param name="Name">The author's name. A tool needs one, such as <c>functions.get_weather</c>; for others
/// it is optional.</param>
/// <exception cref="ArgumentOutOfRangeException">The value is no role.</exception>
[JsonConverter(typeof(HarmonyJsonConverter))]
public readonly record struct Author(Role Role, string? Name = null)
{
    /// <summary>The author's role.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is no role.</exception>
    public Role Role { get; init => field = Defined.OrThrow(value); } = Defined.OrThrow(Role);

    /// <summary>An author without a name.</summary>
    public static implicit operator Author(Role role) => new(role);

    /// <summary>An author without a name.</summary>
    public static Author FromRole(Role role) => new(role);
}
