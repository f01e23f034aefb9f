using System.ComponentModel;
using Microsoft.Extensions.AI;

namespace Harmony.Extensions.AI.Tests.Support;

/// <summary>A function that remembers its calls.</summary>
internal sealed class Weather
{
    public Weather(string name = "get_weather") => Function = AIFunctionFactory.Create(Get, name);

    public List<string> Cities { get; } = [];

    public AIFunction Function { get; }

    public ChatOptions Options => new() { Tools = [Function] };

    [Description("The weather in a city.")]
    private string Get([Description("A city.")] string city)
    {
        Cities.Add(city);
        return $"rain in {city}";
    }
}
