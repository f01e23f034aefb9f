using System.Text.Json.Serialization;

namespace Harmony.Core;

/// <summary>The author of a message: a role and an optional name.</summary>
/// <param name="Role">The author's role.</param>
/// <param name="Name">The author's name. A tool needs one, such as <c>functions.get_weather</c>; for others
/// it is optional.</param>
/// <exception cref="ArgumentOutOfRangeException">The value is no role.</exception>
[JsonConverter(typeof(HarmonyJsonConverter))]
public readonly record struct Author(Role Role, string? Name = null)
{
    /// <summary>Gets the author's role.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is no role.</exception>
    public Role Role { get; init => field = Defined.OrThrow(value); } = Defined.OrThrow(Role);

    /// <summary>Creates an author without a name.</summary>
    public static implicit operator Author(Role role) => new(role);

    /// <summary>Creates an author without a name.</summary>
    public static Author FromRole(Role role) => new(role);
}
