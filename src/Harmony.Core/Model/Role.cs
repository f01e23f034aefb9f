using System.Text.Json.Serialization;

namespace Harmony.Core;

/// <summary>Who wrote a message, as the format's headers tell it.</summary>
[JsonConverter(typeof(HarmonyJsonConverter))]
public enum Role
{
    /// <summary>The person, or the program, that talks to the model.</summary>
    User,

    /// <summary>The model.</summary>
    Assistant,

    /// <summary>The platform: identity, dates, reasoning effort, built-in tools.</summary>
    System,

    /// <summary>The application: instructions and function tools.</summary>
    Developer,

    /// <summary>A tool that answers a call; the author's name is the tool's.</summary>
    Tool,
}
