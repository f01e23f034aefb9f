using Harmony.Bpe;
using Harmony.Core;

namespace Harmony.RealEngines.Tests.Model;

/// <summary>
/// What the hand-wired model says: a thought; then, if the prompt declares tools and has no call yet, a call
/// of <c>functions.get_weather</c> with the city that the prompt names; else an answer with that city. After
/// " end" it says <c>&lt;|endoftext|&gt;</c>.
/// </summary>
/// <remarks>Each token that matters has a place in the model's vector. Scores lead from the place of the last
/// token, and from flags for what was said before, to the next token.</remarks>
internal sealed class ModelScript
{
    /// <summary>The cities that the model knows: one token each, with and without a space before
    /// it.</summary>
    public static readonly string[] Cities =
    [
        "Paris", "London", "Berlin", "Rome", "Madrid", "Tokyo", "Delhi", "Sydney",
        "Boston", "Chicago", "Houston", "Dallas", "Toronto", "Miami", "Denver", "Dubai",
    ];

    public const string Thought = "Let me think first";

    private const float Certain = 40;
    private const float Possible = 30;
    private const float Helped = 20;

    private readonly BpeTokenizer _tokenizer = HarmonyEncoding.OpenAI.Tokenizer;
    private readonly Dictionary<int, int> _places = [];
    private readonly List<(int Token, int Place, float Score)> _scores = [];
    private readonly int _flagsEnd;

    /// <summary>Creates the script for vectors of a length.</summary>
    public ModelScript(int vectorLength)
    {
        _flagsEnd = vectorLength;
        Structure();
        Texts();
        if (_places.Count + 1 > CityFlag(Cities.Length - 1))
        {
            throw new InvalidOperationException($"{_places.Count} tokens are too many.");
        }
    }

    /// <summary>The places of tokens; all others share place 0.</summary>
    public IReadOnlyDictionary<int, int> Places => _places;

    /// <summary>What each place adds to the score of each token.</summary>
    public IReadOnlyList<(int Token, int Place, float Score)> Scores => _scores;

    /// <summary>Said in the last few tokens: the thought, the word json, the word final.</summary>
    public int ThoughtFlag => _flagsEnd - 1;

    /// <inheritdoc cref="ThoughtFlag"/>
    public int JsonFlag => _flagsEnd - 2;

    /// <inheritdoc cref="ThoughtFlag"/>
    public int FinalFlag => _flagsEnd - 3;

    /// <summary>Said anywhere before: a call, a namespace of tools.</summary>
    public int CallFlag => _flagsEnd - 4;

    /// <inheritdoc cref="CallFlag"/>
    public int ToolsFlag => _flagsEnd - 5;

    public int ThoughtPlace => _places[_tokenizer.Encode(Thought)[^1]];

    public int PlaceOf(string token) => _places[Id(token)];

    /// <summary>The flag of a city that the prompt names.</summary>
    public int CityFlag(int city) => _flagsEnd - 6 - city;

    /// <summary>The tokens of the format, and which header comes next.</summary>
    private void Structure()
    {
        int[] commentary = _tokenizer.Encode("commentary");
        int channel = AddPlace(Id("<|channel|>"));
        AddPlace(Id("<|call|>"));
        AddPlace(Id("namespace"));
        Chain(
            [
                .. _tokenizer.Encode(Thought), Id("<|end|>"), Id("<|start|>"), Id("assistant"),
                Id("<|channel|>"),
            ]);
        Chain([Id("analysis"), Id("<|message|>")]);
        Chain([Id("final"), Id("<|message|>")]);
        Chain(
            [
                .. commentary, .. _tokenizer.Encode(" to=functions.get_weather "), Id("<|constrain|>"),
                Id("json"), Id("<|message|>"),
            ]);
        Score(channel, Id("analysis"), Certain);
        Score(channel, commentary[0], 25);
        Score(ThoughtFlag, commentary[0], 15);
        Score(ToolsFlag, commentary[0], 10);
        Score(channel, Id("final"), Possible);
        Score(ThoughtFlag, Id("final"), 12);
        Score(CallFlag, Id("final"), 25);
    }

    /// <summary>What messages say.</summary>
    private void Texts()
    {
        int[] arguments = _tokenizer.Encode("{\"location\":\"");
        int[] answer = _tokenizer.Encode("It is sunny in");
        int message = AddPlace(Id("<|message|>"));
        Score(message, _tokenizer.Encode(Thought)[0], Certain);
        Score(message, arguments[0], Possible);
        Score(JsonFlag, arguments[0], Helped);
        Score(message, answer[0], Possible);
        Score(FinalFlag, answer[0], Helped);
        Chain(arguments);
        Chain(answer);
        Chain([Id("\"}"), Id("<|call|>")]);
        Chain([Id("!"), Id("<|return|>")]);
        Chain([Id(" end"), Id("<|endoftext|>")]);
        for (int i = 0; i < Cities.Length; i++)
        {
            int bare = Id(Cities[i]);
            int spaced = Id(" " + Cities[i]);
            Score(AddPlace(arguments[^1]), bare, Possible);
            Score(AddPlace(answer[^1]), spaced, Possible);
            Score(CityFlag(i), bare, Helped);
            Score(CityFlag(i), spaced, Helped);
            Chain([bare, Id("\"}")]);
            Chain([spaced, Id("!")]);
        }
    }

    private void Chain(ReadOnlySpan<int> tokens)
    {
        for (int i = 1; i < tokens.Length; i++)
        {
            Score(AddPlace(tokens[i - 1]), tokens[i], Certain);
        }
    }

    private void Score(int place, int token, float score) => _scores.Add((token, place, score));

    private int AddPlace(int token)
    {
        if (!_places.TryGetValue(token, out int place))
        {
            place = _places.Count + 1;
            _places.Add(token, place);
        }

        return place;
    }

    private int Id(string token) => _tokenizer.Encode(token, EncodeOptions.AllSpecial) is [int id]
        ? id
        : throw new ArgumentException($"'{token}' is not one token.");
}
