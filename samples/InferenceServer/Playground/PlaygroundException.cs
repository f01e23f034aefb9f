namespace InferenceServer.Playground;

/// <summary>A request that has no answer, and why.</summary>
internal sealed class PlaygroundException : Exception
{
    /// <param name="message">What is wrong, for people.</param>
    /// <param name="param">The member of the request at fault; null for none.</param>
    public PlaygroundException(string message, string? param = null)
        : base(message) => Error = new PlaygroundError { Message = message, Param = param };

    /// <summary>The HTTP status.</summary>
    public int Status { get; init; } = StatusCodes.Status400BadRequest;

    /// <summary>What is told.</summary>
    public PlaygroundError Error { get; init; }

    /// <summary>Returns the value of a word that a request has.</summary>
    /// <param name="param">The member.</param>
    /// <param name="word">The word; null is the first choice.</param>
    /// <param name="choices">The words, and what they mean.</param>
    /// <exception cref="PlaygroundException">It is another word.</exception>
    public static T Choose<T>(string param, string? word, params ReadOnlySpan<(string Word, T Value)> choices)
    {
        var words = new List<string>(choices.Length);
        foreach ((string choice, T value) in choices)
        {
            if (word is null || word == choice)
            {
                return value;
            }

            words.Add(choice);
        }

        throw new PlaygroundException($"{param} is {string.Join(", ", words)}; not '{word}'.", param);
    }
}
