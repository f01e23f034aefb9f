using System.Globalization;

namespace InferenceServer.Configuration;

/// <summary>Reads the options from the command line, the environment and appsettings.json.</summary>
internal sealed class OptionsReader(IConfiguration configuration)
{
    private static readonly string[] Names =
    [
        "engine", "model", "pace", "max-concurrent", "max-queue", "max-body-bytes", "timeout", "drain",
        "api-keys", "log-text", "session-header", "max-conversations", "max-conversation-bytes",
    ];

    // What ASP.NET Core reads itself. Names with a colon are its own as well.
    private static readonly string[] OthersNames =
        ["urls", "http_ports", "https_ports", "environment", "contentRoot", "applicationName", "webroot"];

    /// <summary>Refuses arguments that are no options, and options without a value. They would be ignored
    /// otherwise.</summary>
    /// <exception cref="OptionsException">An argument is none, or its value is missing.</exception>
    public static void Check(IReadOnlyList<string> args)
    {
        for (int i = 0; i < args.Count; i++)
        {
            string name = args[i].Split('=')[0];
            if (!IsName(name))
            {
                throw new OptionsException($"There is no option '{name}'. Use --{string.Join(", --", Names)} "
                    + "or --urls.");
            }

            if (name == args[i] && (++i == args.Count || args[i].StartsWith("--", StringComparison.Ordinal)))
            {
                throw new OptionsException($"The option {name} has no value. Write {name} VALUE.");
            }
        }
    }

    private static bool IsName(string arg) => arg.StartsWith("--", StringComparison.Ordinal)
        && (arg.Contains(':', StringComparison.Ordinal)
            || Names.Concat(OthersNames).Contains(arg[2..], StringComparer.OrdinalIgnoreCase));

    /// <summary>Reads all options.</summary>
    /// <exception cref="OptionsException">A value is none that the option can have.</exception>
    public ServerOptions Read()
    {
        (EngineKind kind, string? file, IReadOnlyList<Uri> addresses) = ReadEngine();

        // The demonstration is there to be seen: about as fast as a model.
        bool isDemo = kind == EngineKind.Scripted && file is null;
        return new ServerOptions
        {
            Engine = kind,
            ScriptFile = file,
            Addresses = addresses,
            Model = Text("model") ?? "gpt-oss-20b",
            EngineModel = Text("model"),
            Pace = TimeSpan.FromMilliseconds(Number("pace", isDemo ? 20 : 0, 0, 60_000)),
            MaxConcurrent = Number("max-concurrent", 64, 1, 1 << 16),
            MaxQueue = Number("max-queue", 256, 0, 1 << 20),
            MaxBodyBytes = Number("max-body-bytes", 4 << 20, 1, 1 << 30),
            Timeout = Seconds("timeout", 600),
            Drain = Seconds("drain", 30),
            ApiKeys = ReadKeys(),
            LogText = ReadSwitch("log-text"),
            SessionHeader = Text("session-header"),
            MaxConversations = Number("max-conversations", 1000, 0, 1 << 24),
            MaxConversationBytes = Number("max-conversation-bytes", 64 << 20, 0, int.MaxValue),
        };
    }

    private (EngineKind Kind, string? File, IReadOnlyList<Uri> Addresses) ReadEngine()
    {
        string value = Text("engine") ?? "scripted";
        (string name, string? where) = value.IndexOf('=', StringComparison.Ordinal) is int at and >= 0
            ? (value[..at], value[(at + 1)..])
            : (value, null);
        EngineKind kind = name switch
        {
            "scripted" => EngineKind.Scripted,
            "llamacpp" => EngineKind.LlamaCpp,
            "vllm" => EngineKind.Vllm,
            "sglang" => EngineKind.Sglang,
            _ => throw Refusal("engine", value, EngineForms),
        };
        if (kind == EngineKind.Scripted)
        {
            return where is null || File.Exists(where)
                ? (kind, where, [])
                : throw Refusal("engine", value, "there is no such file. Name a script, or leave the option out "
                    + "for the demonstration.");
        }

        Uri[] addresses = [.. (where ?? "").Split(',', StringSplitOptions.TrimEntries).Select(ReadAddress)];
        return addresses.Length == addresses.Distinct().Count()
            ? (kind, null, addresses)
            : throw Refusal("engine", value, "an address is there twice.");

        Uri ReadAddress(string address) =>
            Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https"
                ? uri
                : throw Refusal("engine", value, $"'{address}' is no address. Write {name}=http://HOST:PORT.");
    }

    private const string NoValue = "write a value as one text, or leave the option out.";

    private const string EngineForms =
        "write scripted=FILE, llamacpp=URL, vllm=URL or sglang=URL. Several URLs have commas between them.";

    // A server that is meant to have keys must not be open because they are missing.
    private string[] ReadKeys() => Text("api-keys") is not string text ? []
        : text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            is { Length: > 0 } keys ? keys
        : throw Refusal("api-keys", text, NoValue);

    private TimeSpan Seconds(string name, int usual) =>
        TimeSpan.FromSeconds(Read(name, usual, 0.001, 86_400, "a number of seconds"));

    private int Number(string name, int usual, int least, int most)
    {
        double value = Read(name, usual, least, most, "a whole number");
        return double.IsInteger(value)
            ? (int)value
            : throw Refusal(name, Text(name)!, $"write a whole number from {least} to {most}.");
    }

    private double Read(string name, double usual, double least, double most, string what) =>
        Text(name) is not string text ? usual
            : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                && value >= least && value <= most ? value
            : throw Refusal(name, text, string.Create(
                CultureInfo.InvariantCulture, $"write {what} from {least} to {most}."));

    private bool ReadSwitch(string name) => Text(name) is not string text ? false
        : bool.TryParse(text, out bool value) ? value
        : throw Refusal(name, text, "write true or false.");

    // Names of environment variables have no hyphens.
    private string? Text(string name)
    {
        string? value = configuration[name] ?? configuration[name.Replace('-', '_')];
        bool isList = configuration.GetSection(name).GetChildren().Any();
        return value is "" || isList ? throw Refusal(name, value ?? "a list", NoValue) : value;
    }

    private static OptionsException Refusal(string name, string value, string wayOut) =>
        new($"The option --{name} is '{value}': {wayOut}");
}
